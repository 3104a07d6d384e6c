//! Room under construction: see ARCHITECTURE.md.
