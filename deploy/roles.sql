-- Run once, by psql, as the administrator of an empty server: the two roles and the database.
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv password DATABASE_PASSWORD
\set ON_ERROR_STOP on
CREATE ROLE dealdesk_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE dealdesk LOGIN PASSWORD :'password';
CREATE DATABASE dealdesk OWNER dealdesk_owner;
