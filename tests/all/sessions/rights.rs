//! Who may read what is written: the owner and the group, as far as the umask lets them, and others where the pipeline
//! says so.

use super::shop::Shop;
use super::{PIPELINE, RUN};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Types a command under a umask.
fn under(shop: &Shop, umask: &str, line: &str) -> Output {
    let typed = shop.command(line);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]).arg(typed.get_program()).args(typed.get_args());
    let output = shell.current_dir(shop.path("")).env_clear().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn mode(path: &Path) -> String {
    format!("{:o}", fs::metadata(path).unwrap().permissions().mode() & 0o7777)
}

/// Returns the modes of folders and those of files below a folder, itself included, each once.
fn modes(folder: &Path) -> (Vec<String>, Vec<String>) {
    let (mut folders, mut files) = (vec![mode(folder)], Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let (own, theirs) = modes(&path);
            folders.extend(own);
            files.extend(theirs);
        } else {
            files.push(mode(&path));
        }
    }
    for modes in [&mut folders, &mut files] {
        modes.sort();
        modes.dedup();
    }
    (folders, files)
}

fn all(mode: &str) -> Vec<String> {
    vec![mode.to_owned()]
}

#[test]
fn output_plans_and_balances_follow_the_umask_and_others_see_nothing() {
    for (umask, folder, file, read_only) in [
        ("022", "750", "640", "440"),
        ("002", "750", "640", "440"),
        ("027", "750", "640", "440"),
        ("077", "700", "600", "400"),
    ] {
        let shop = Shop::with_book();
        under(&shop, umask, RUN);
        assert_eq!(modes(&shop.path("out")), (all(folder), all(file)), "umask {umask}");
        assert_eq!(modes(&shop.path("book")), (all(folder), all(read_only)), "umask {umask}");
        under(&shop, umask, "plan pipelines/fixture.toml --as-of 2024-07-02 --save a.plan");
        assert_eq!(mode(&shop.path("a.plan")), file);
        under(&shop, umask, "apply a.plan --out applied");
        assert_eq!(modes(&shop.path("applied")), (all(folder), all(file)), "umask {umask}");
        under(&shop, umask, "check pipelines/fixture.toml --as-of 2024-07-03 --out checked");
        assert_eq!(modes(&shop.path("checked")), (all(folder), all(file)), "umask {umask}");
        under(&shop, umask, "balance pipelines/fixture.toml --out balances.csv");
        assert_eq!(mode(&shop.path("balances.csv")), file);
    }
}

#[test]
fn output_mode_lets_others_in_and_a_folder_made_again_is_as_it_was() {
    let shop = Shop::with_book();
    shop.replace(PIPELINE, "output = ", "output_mode = \"0755\"\noutput = ");
    under(&shop, "022", RUN);
    assert_eq!(modes(&shop.path("out")), (all("755"), all("644")));
    under(&shop, "022", "output book 1 --out again");
    assert_eq!(modes(&shop.path("again")), (all("755"), all("644")));
    under(&shop, "022", "plan pipelines/fixture.toml --as-of 2024-07-02 --save a.plan");
    assert_eq!(mode(&shop.path("a.plan")), "640");
    under(&shop, "022", "apply a.plan --out applied");
    assert_eq!(modes(&shop.path("applied")), (all("755"), all("644")));
    // The umask takes away from it too.
    under(&shop, "027", "run pipelines/fixture.toml --as-of 2024-07-03 --out third");
    assert_eq!(modes(&shop.path("third")), (all("750"), all("640")));
}

#[test]
fn a_folder_of_a_group_stays_the_groups() {
    let shop = Shop::new();
    fs::create_dir(shop.path("out")).unwrap();
    fs::set_permissions(shop.path("out"), fs::Permissions::from_mode(0o2770)).unwrap();
    under(&shop, "027", RUN);
    let run = fs::read_dir(shop.path("out")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(mode(&run), "2750");
}
