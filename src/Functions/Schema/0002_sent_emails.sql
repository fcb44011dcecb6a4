-- One row per mail that a mail server has accepted. Set by the job send_welcome_email, with "on conflict do nothing".
-- No reference to users: that a mail was sent stays true when the account is gone.
create table sent_emails (
    message_id text primary key,
    user_id    bigint not null,
    template   text not null,
    sent_at    timestamptz not null,
    unique (user_id, template)
);
