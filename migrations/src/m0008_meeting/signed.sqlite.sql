CREATE TRIGGER minutes_refuse_updates BEFORE UPDATE ON minutes WHEN OLD.state = 'signed'
BEGIN SELECT RAISE(ABORT, 'signed minutes are locked (R24)'); END;
CREATE TRIGGER minutes_refuse_deletes BEFORE DELETE ON minutes WHEN OLD.state = 'signed'
BEGIN SELECT RAISE(ABORT, 'signed minutes are locked (R24)'); END;
-- `INSERT OR REPLACE` removes the old row without asking the triggers for deletion.
CREATE TRIGGER minutes_refuse_replacement BEFORE INSERT ON minutes
WHEN EXISTS (SELECT 1 FROM minutes WHERE state = 'signed' AND (id = NEW.id OR meeting_id = NEW.meeting_id))
BEGIN SELECT RAISE(ABORT, 'signed minutes are locked (R24)'); END;
