-- A city's own booking database, for PostgreSQL: the reference that connectors/venues/database.py speaks to.
-- The hub needs SELECT on all of it, and INSERT and UPDATE on bookings; to wait for its turn at a court it takes a row lock,
-- for which PostgreSQL wants UPDATE on one column of courts: GRANT UPDATE (slot_minutes) ON courts TO simpul;

CREATE TABLE courts (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    sport text NOT NULL,
    description text,
    site text,
    street text,
    kecamatan text,
    latitude double precision,
    longitude double precision,
    phone text,
    provider text,
    slot_minutes integer NOT NULL DEFAULT 60 CHECK (slot_minutes > 0)
);

-- When a court can be had on a day of the week (1 is Monday), local time, and what an hour of it costs, in rupiah; closing at or before
-- opening is after midnight. A day may have several.
CREATE TABLE opening_hours (
    court_id bigint NOT NULL REFERENCES courts (id),
    weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens text NOT NULL CHECK (opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    closes text NOT NULL CHECK (closes ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    price bigint CHECK (price >= 0),
    PRIMARY KEY (court_id, weekday, opens)
);

CREATE TABLE keepers (id bigint PRIMARY KEY, name text NOT NULL, phone text);

CREATE TABLE duties (
    court_id bigint NOT NULL REFERENCES courts (id),
    keeper_id bigint NOT NULL REFERENCES keepers (id),
    weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    begins text NOT NULL CHECK (begins ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    ends text NOT NULL CHECK (ends ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    PRIMARY KEY (court_id, keeper_id, weekday, begins)
);

-- Bookings of the counter have neither owner nor key. No two that are held or confirmed have a moment of a court in common,
-- whoever writes them: ranges of one id stand for the court, so that no extension is needed.
CREATE TABLE bookings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL DEFAULT gen_random_uuid()::text UNIQUE,
    court_id bigint NOT NULL REFERENCES courts (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    price bigint,
    state text NOT NULL CHECK (state IN ('held', 'confirmed', 'cancelled', 'cancelled_by_venue', 'expired')),
    owner text,
    request_key text,
    request_digest text,
    expires_at timestamptz,
    ready_at timestamptz,
    CHECK (ends_at > starts_at),
    CHECK (state <> 'held' OR expires_at IS NOT NULL),
    UNIQUE (owner, request_key),
    CONSTRAINT bookings_do_not_overlap EXCLUDE USING gist (
        int8range(court_id, court_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state IN ('held', 'confirmed'))
);
