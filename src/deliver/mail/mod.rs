//! Mail: messages as Japanese mail programs expect them, and a mail server that takes them.
