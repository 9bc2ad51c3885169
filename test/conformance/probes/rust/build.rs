//! Makes the stubs from the one `proto/`, without protoc.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let proto = std::env::var("OCELLI_PROTO").unwrap_or_else(|_| "../../../../proto".to_owned());
    let files: Vec<String> = ["plugin", "discovery", "enrichment", "polling", "sink"]
        .iter()
        .map(|name| format!("ocelli/plugin/v1/{name}.proto"))
        .chain(["ocelli/registry/v1/registry.proto".to_owned()])
        .collect();
    let descriptors = protox::compile(files, [&proto])?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    println!("cargo:rerun-if-changed={proto}/ocelli");
    println!("cargo:rerun-if-env-changed=OCELLI_PROTO");
    Ok(())
}
