CREATE FUNCTION signed_minutes_are_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signed minutes are locked (R24)' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER minutes_refuse_changes BEFORE UPDATE OR DELETE ON minutes
    FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION signed_minutes_are_locked();
CREATE TRIGGER minutes_refuse_truncation BEFORE TRUNCATE ON minutes
    FOR EACH STATEMENT EXECUTE FUNCTION signed_minutes_are_locked();
