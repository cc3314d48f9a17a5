INSERT INTO application_city (application_id, city, state)
SELECT DISTINCT a.id, c.value, a.state FROM application a, json_each(a.form, '$.cities') c;

CREATE TRIGGER application_city_of_new AFTER INSERT ON application
BEGIN
    INSERT INTO application_city (application_id, city, state)
    SELECT DISTINCT NEW.id, value, NEW.state FROM json_each(NEW.form, '$.cities');
END;
CREATE TRIGGER application_city_of_changed AFTER UPDATE OF form, state ON application
WHEN NEW.state <> OLD.state OR NEW.form <> OLD.form
BEGIN
    DELETE FROM application_city WHERE application_id = NEW.id;
    INSERT INTO application_city (application_id, city, state)
    SELECT DISTINCT NEW.id, value, NEW.state FROM json_each(NEW.form, '$.cities');
END;
