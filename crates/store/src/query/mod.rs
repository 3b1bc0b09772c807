//! Questions of the screens and papers.
