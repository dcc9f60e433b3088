-- +goose Up
-- The square that a photo's square sizes show, in ten-thousandths, all zero for
-- the middle; and the pipeline that cut it, zero when it is to be cut anew.
ALTER TABLE photos ADD COLUMN crop_x {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN crop_y {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN crop_side {{int}} NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN pipeline {{int}} NOT NULL DEFAULT 0;
CREATE INDEX photos_pipeline ON photos (pipeline, id) WHERE state = 'ready';

-- +goose Down
DROP INDEX photos_pipeline;
ALTER TABLE photos DROP COLUMN pipeline;
ALTER TABLE photos DROP COLUMN crop_side;
ALTER TABLE photos DROP COLUMN crop_y;
ALTER TABLE photos DROP COLUMN crop_x;
