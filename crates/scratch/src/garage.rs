//! Garage, a store of objects that speaks S3: one node in a folder of its own, on ports of this computer only. It fsyncs
//! like any other.

use crate::installed;
use anyhow::{Context as _, Result, bail};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The bucket that is there.
pub const BUCKET: &str = "segments";
/// What Garage calls the place it is at.
pub const REGION: &str = "garage";
/// A key that may read and write the bucket, as Garage shapes its names; good for nothing but this node.
pub const KEY_ID: &str = "GK31c2f218a2e44f485b94239e";
/// Its secret.
pub const SECRET: &str = "4420d99ef7aa26b56b5130ad7913a6a5c77653a5e7a47a3b4c9b8f2a4b1c3d5e";
const RPC_SECRET: &str = "1799bccfd7411eddcf9ebd316bc1f5287ad12a68094e1c6ac6abde7e6feae1ec";

/// Ends with its starter, also where that is killed: the shell waits for a line that closes with it.
const KEEPER: &str = r#"
"$1" -c "$2/garage.toml" server --single-node --default-bucket >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
"#;

/// A running node. Dropped, or with its process, it ends and leaves nothing.
pub struct Garage {
    /// `http://127.0.0.1:…`
    pub endpoint: String,
    folder: PathBuf,
    keeper: Child,
}

impl Garage {
    /// Starts one; returns once it answers.
    pub fn start() -> Result<Garage> {
        let program = installed::program("garage")?;
        let place = tempfile::Builder::new().prefix("palika-s3").tempdir()?;
        let folder = place.path().to_owned();
        let (api, rpc) = (free_address()?, free_address()?);
        let settings = format!(
            "metadata_dir = {metadata:?}\ndata_dir = {data:?}\ndb_engine = \"sqlite\"\nreplication_factor = 1\n\
             metadata_fsync = true\ndata_fsync = true\n\
             rpc_bind_addr = \"{rpc}\"\nrpc_public_addr = \"{rpc}\"\nrpc_secret = \"{RPC_SECRET}\"\n\
             [s3_api]\ns3_region = \"{REGION}\"\napi_bind_addr = \"{api}\"\n",
            metadata = folder.join("meta"),
            data = folder.join("data"),
        );
        #[allow(clippy::disallowed_methods, reason = "read once, at once, and thrown away")]
        std::fs::write(folder.join("garage.toml"), settings)?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(program).arg(&folder).current_dir(&folder);
        keeper.env("GARAGE_DEFAULT_ACCESS_KEY", KEY_ID).env("GARAGE_DEFAULT_SECRET_KEY", SECRET);
        keeper.env("GARAGE_DEFAULT_BUCKET", BUCKET);
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("Garage")?;
        // From here on the keeper clears it away.
        let _ = place.keep();
        let mut garage = Garage { endpoint: format!("http://{api}"), folder, keeper };
        garage.wait(api)?;
        Ok(garage)
    }

    /// Its bucket and key are there before it listens.
    fn wait(&mut self, api: SocketAddr) -> Result<()> {
        for _ in 0..600 {
            if let Some(status) = self.keeper.try_wait()? {
                bail!("Garage ended with {status}: {}", self.log());
            }
            if TcpStream::connect(api).is_ok() {
                return Ok(());
            }
            crate::pause();
        }
        bail!("Garage does not answer: {}", self.log())
    }

    /// Where its objects and log lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Garage {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
