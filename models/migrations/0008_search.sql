-- +goose Up
-- Each word by which a search can meet a post, folded by kit/fulltext, and how
-- much it says about the post. Kept in step by models.IndexPosts.
CREATE TABLE post_words (
    post_id {{int}} NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    word    {{key}} NOT NULL,
    weight  {{int}} NOT NULL,
    PRIMARY KEY (post_id, word)
) {{clustered}};
CREATE INDEX post_words_word ON post_words (word, post_id);

-- Members who fit a search come by how many follow them.
CREATE INDEX profiles_followers ON profiles (kind, followers, user_id);

-- +goose Down
DROP INDEX profiles_followers;
DROP TABLE post_words;
