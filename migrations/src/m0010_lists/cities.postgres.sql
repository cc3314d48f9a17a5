INSERT INTO application_city (application_id, city, state)
SELECT DISTINCT a.id, c.value, a.state FROM application a, jsonb_array_elements_text(COALESCE(a.form -> 'cities', '[]')) c (value);

CREATE FUNCTION application_city_keeps_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM application_city WHERE application_id = NEW.id;
    END IF;
    INSERT INTO application_city (application_id, city, state)
    SELECT DISTINCT NEW.id, c.value, NEW.state FROM jsonb_array_elements_text(COALESCE(NEW.form -> 'cities', '[]')) c (value);
    RETURN NULL;
END $$;
CREATE TRIGGER application_city_of_new AFTER INSERT ON application
    FOR EACH ROW EXECUTE FUNCTION application_city_keeps_up();
CREATE TRIGGER application_city_of_changed AFTER UPDATE OF form, state ON application
    FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.form <> OLD.form) EXECUTE FUNCTION application_city_keeps_up();
