//! Schedules: civil times of the policy's zone, and what each system needs to keep them.
