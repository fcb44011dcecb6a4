create table users (
    id         bigint generated always as identity primary key,
    email      text not null,
    name       text not null,
    created_at timestamptz not null default now()
);

-- One account per address, however it is capitalized.
create unique index users_email on users (lower(email));

create table posts (
    id         bigint generated always as identity primary key,
    user_id    bigint references users (id) on delete set null,
    title      text not null,
    -- The uploaded photo, as its path in the image store. Set by the API.
    image_path text,
    -- What browsers are given. Set by the job resize_post_image.
    image_url  text,
    created_at timestamptz not null default now()
);
