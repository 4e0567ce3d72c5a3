//! One suite that every sink passes: a new sink adds one row.
