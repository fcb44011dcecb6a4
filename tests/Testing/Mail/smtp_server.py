"""A mail server whose answer depends on the recipient.

later-N@…   451 for the first N tries, then accepted
never@…     550 at RCPT
full@…      552 after DATA
quoted-…@…  554 after DATA, with all that a server may quote: local part, domain, subject, Message-ID
drop-N@…    the connection is closed at RCPT for the first N tries, then accepted
hold@…      accepted; the answer after DATA is held back until there is a file "answer" in the folder, which is deleted
Whatever is accepted becomes a file in the folder given. With a user and a password given, a login is required.

usage: smtp_server.py FOLDER [USER PASSWORD]
"""

import asyncio
import collections
import email
import itertools
import os
import sys

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, login = sys.argv[1], sys.argv[2:4]
tries = collections.Counter()
numbers = itertools.count(1)


def tries_left(local):
    tries[local] += 1
    return tries[local] <= int(local.split("-")[1])


HELD = "250 accepted at last"


async def answer_is_wanted():
    name = os.path.join(folder, "answer")
    while not os.path.exists(name):
        await asyncio.sleep(0.005)
    os.remove(name)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        print("RCPT", local, flush=True)
        if local.startswith("later-") and tries_left(local):
            return f"451 4.3.0 <{address}>: come back in a while"
        if local.startswith("drop-") and tries_left(local):
            server.transport.abort()
            return "421 gone"
        if local == "never":
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 mailbox full"
        if envelope.rcpt_tos[0].startswith("quoted-"):
            local, domain = envelope.rcpt_tos[0].split("@")
            mail = email.message_from_bytes(envelope.content)
            return f"554 5.7.1 {local} at {domain}: no '{mail['Subject']}' wanted ({mail['Message-ID']})"
        name = os.path.join(folder, f"{next(numbers)}.eml")
        with open(name + ".tmp", "wb") as file:
            file.write(envelope.content)
        os.rename(name + ".tmp", name)
        print("DATA", flush=True)
        if envelope.rcpt_tos[0].startswith("hold@"):
            await answer_is_wanted()
            return HELD
        return "250 accepted"


class Server(SMTP):
    def connection_made(self, transport):
        super().connection_made(transport)
        print("CONNECTED", flush=True)

    def connection_lost(self, error):
        print("GONE", flush=True)
        super().connection_lost(error)

    async def push(self, status):
        await super().push(status)
        if status == HELD:
            print("ANSWERED", flush=True)


class Controller(UnthreadedController):
    def factory(self):
        return Server(self.handler, **self.SMTP_kwargs)


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == login
    return AuthResult(success=right, handled=False)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
auth = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False} if login else {}
controller = Controller(Handler(), hostname="127.0.0.1", port=0, loop=loop, **auth)
controller.begin()
print("listening on", controller.server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
