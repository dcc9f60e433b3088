-- +goose Up
CREATE TABLE origins (
    id     {{id}},
    name   TEXT NOT NULL,
    slug   {{key}} NOT NULL UNIQUE,
    heroes {{int}} NOT NULL
);
CREATE INDEX origins_heroes ON origins (heroes);

CREATE TABLE powers (
    id     {{id}},
    name   TEXT NOT NULL,
    slug   {{key}} NOT NULL UNIQUE,
    heroes {{int}} NOT NULL
);
CREATE INDEX powers_heroes ON powers (heroes);

CREATE TABLE profiles (
    user_id    {{int}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    name_key   {{key}} NOT NULL,
    bio        TEXT NOT NULL,
    birthdate  TEXT NOT NULL,
    origin_id  {{int}} REFERENCES origins (id),
    address    TEXT NOT NULL,
    photo_id   {{int}} REFERENCES photos (id) ON DELETE SET NULL
);
CREATE INDEX profiles_newest ON profiles (kind, user_id);
CREATE INDEX profiles_name ON profiles (kind, name_key, user_id);
CREATE INDEX profiles_origin ON profiles (origin_id, user_id);
CREATE INDEX profiles_photo ON profiles (photo_id);

CREATE TABLE profile_powers (
    user_id  {{int}} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    power_id {{int}} NOT NULL REFERENCES powers (id),
    place    {{int}} NOT NULL,
    PRIMARY KEY (user_id, power_id)
);
CREATE INDEX profile_powers_power ON profile_powers (power_id, user_id);

-- Each word that a search by prefix can meet: of the name, the username and the powers.
CREATE TABLE profile_words (
    word    {{key}} NOT NULL,
    user_id {{int}} NOT NULL REFERENCES profiles (user_id) ON DELETE CASCADE,
    PRIMARY KEY (word, user_id)
);
CREATE INDEX profile_words_user ON profile_words (user_id);

-- +goose Down
DROP TABLE profile_words;
DROP TABLE profile_powers;
DROP TABLE profiles;
DROP TABLE powers;
DROP TABLE origins;
