-- Why a job was asked for: sealed, since people write names.
ALTER TABLE job ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX job_running ON job (made) WHERE state = 'running';
