-- +goose Up
-- The square that a photo's square sizes show, in ten-thousandths, all zero for
-- the middle; the pipeline that cut it, zero when it is to be cut anew; and when
-- the variants came to be shown, of which older photos know no better.
ALTER TABLE photos ADD COLUMN crop_x {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN crop_y {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN crop_side {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN pipeline {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN version_at {{time}} NOT NULL DEFAULT '2000-01-01 00:00:00+00:00';
UPDATE photos SET version_at = updated_at;
CREATE INDEX photos_pipeline ON photos (pipeline, id) WHERE state = 'ready';

-- +goose Down
DROP INDEX photos_pipeline;
ALTER TABLE photos DROP COLUMN version_at;
ALTER TABLE photos DROP COLUMN pipeline;
ALTER TABLE photos DROP COLUMN crop_side;
ALTER TABLE photos DROP COLUMN crop_y;
ALTER TABLE photos DROP COLUMN crop_x;
