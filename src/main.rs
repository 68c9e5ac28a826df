//! Arguments in, exit code out; nothing else.

fn main() -> std::process::ExitCode {
    shomei::cli::run(std::env::args_os())
}
