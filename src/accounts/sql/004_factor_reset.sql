-- Somebody else may ask for an account: that its second factors be reset. NULL: the account itself asks.
ALTER TABLE right_request ADD COLUMN asked_by TEXT;
-- When it comes about without a decision, since there is nobody to decide; NULL: never.
ALTER TABLE right_request ADD COLUMN due INTEGER;
CREATE INDEX right_request_due ON right_request (due) WHERE state = 'asked' AND due IS NOT NULL;
