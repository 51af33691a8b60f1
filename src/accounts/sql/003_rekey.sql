-- A change of the accounts key: after how many days what still needs an older one is made void; NULL:
-- never. (job.kind "rekey"; done counts rows that were looked at.)
ALTER TABLE job ADD COLUMN days INTEGER;
