-- A city's own booking database, for SQLite: the same as booking.postgresql.sql beside it. Moments are texts in UTC,
-- "2026-11-24 02:00:00.000000", so that they sort as moments do; two triggers stand for the constraint that SQLite lacks.

PRAGMA journal_mode = WAL;

CREATE TABLE courts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sport TEXT NOT NULL,
    description TEXT,
    site TEXT,
    street TEXT,
    kecamatan TEXT,
    latitude REAL,
    longitude REAL,
    phone TEXT,
    provider TEXT,
    slot_minutes INTEGER NOT NULL DEFAULT 60 CHECK (slot_minutes > 0)
);

CREATE TABLE opening_hours (
    court_id INTEGER NOT NULL REFERENCES courts (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]'),
    closes TEXT NOT NULL CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]'),
    price INTEGER CHECK (price >= 0),
    PRIMARY KEY (court_id, weekday, opens)
);

CREATE TABLE keepers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT);

CREATE TABLE duties (
    court_id INTEGER NOT NULL REFERENCES courts (id),
    keeper_id INTEGER NOT NULL REFERENCES keepers (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    begins TEXT NOT NULL CHECK (begins GLOB '[0-2][0-9]:[0-5][0-9]'),
    ends TEXT NOT NULL CHECK (ends GLOB '[0-2][0-9]:[0-5][0-9]'),
    PRIMARY KEY (court_id, keeper_id, weekday, begins)
);

CREATE TABLE bookings (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))) UNIQUE,
    court_id INTEGER NOT NULL REFERENCES courts (id),
    starts_at TEXT NOT NULL CHECK (starts_at GLOB '????-??-?? ??:??:??.??????'),
    ends_at TEXT NOT NULL CHECK (ends_at GLOB '????-??-?? ??:??:??.??????'),
    price INTEGER,
    state TEXT NOT NULL CHECK (state IN ('held', 'confirmed', 'cancelled', 'cancelled_by_venue', 'expired')),
    owner TEXT,
    request_key TEXT,
    request_digest TEXT,
    expires_at TEXT CHECK (expires_at GLOB '????-??-?? ??:??:??.??????'),
    ready_at TEXT CHECK (ready_at GLOB '????-??-?? ??:??:??.??????'),
    CHECK (ends_at > starts_at),
    CHECK (state <> 'held' OR expires_at IS NOT NULL),
    UNIQUE (owner, request_key)
);

CREATE INDEX bookings_of_a_court ON bookings (court_id, starts_at);

CREATE TRIGGER bookings_do_not_overlap BEFORE INSERT ON bookings
WHEN NEW.state IN ('held', 'confirmed')
BEGIN
    SELECT RAISE(ABORT, 'bookings_do_not_overlap') WHERE EXISTS (
        SELECT 1 FROM bookings WHERE court_id = NEW.court_id AND state IN ('held', 'confirmed')
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
    );
END;

CREATE TRIGGER bookings_do_not_come_to_overlap BEFORE UPDATE OF court_id, starts_at, ends_at, state ON bookings
WHEN NEW.state IN ('held', 'confirmed')
BEGIN
    SELECT RAISE(ABORT, 'bookings_do_not_overlap') WHERE EXISTS (
        SELECT 1 FROM bookings WHERE court_id = NEW.court_id AND state IN ('held', 'confirmed')
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at AND id <> OLD.id
    );
END;
