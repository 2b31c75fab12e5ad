//! Forges plans: changes them and makes their digests anew.

use super::RUN;
use super::shop::Shop;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;

const PLAN: &str = "forged.plan";

/// A shop with one run, and a plan for the next night.
pub fn shop() -> Shop {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    shop.append(super::ORDERS, "O-2001,eva,,2024-07-01T10:00:00,2024-07-01T10:00:00,,50.00,55.00,\n");
    shop.succeed("plan pipelines/fixture.toml --as-of 2024-07-02 --save true.plan");
    shop
}

/// Returns the members of a plan in their order, without the digests.
pub fn members(shop: &Shop, plan: &str) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(fs::File::open(shop.path(plan)).unwrap());
    let mut members = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().to_string_lossy().into_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        members.push((name, bytes));
    }
    members.retain(|(name, _)| name != "SHA256SUMS");
    members
}

/// Writes a plan of some members, with digests that are right.
pub fn write(shop: &Shop, members: &[(String, Vec<u8>)]) {
    let mut archive = tar::Builder::new(Vec::new());
    let mut sums = String::new();
    for (name, bytes) in members {
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums += &format!("{digest}  {name}\n");
    }
    for (name, bytes) in members.iter().cloned().chain([("SHA256SUMS".to_owned(), sums.into_bytes())]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    shop.write(PLAN, archive.into_inner().unwrap());
}

/// Forges the plan of a shop: its `plan.json`, and its other members.
pub fn forge(shop: &Shop, plan: impl FnOnce(&mut Value), others: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) {
    let mut all = members(shop, "true.plan");
    let mut told: Value = serde_json::from_slice(&all[0].1).unwrap();
    assert_eq!(all[0].0, "plan.json");
    plan(&mut told);
    all[0].1 = serde_json::to_vec(&told).unwrap();
    others(&mut all);
    write(shop, &all);
}

/// Applies the forged plan, which is to be refused with a code and words, and changes nothing.
pub fn expect_refused(shop: &Shop, code: i32, words: &str) {
    let before = shop.succeed("runs book").stdout;
    let output = shop.command("apply forged.plan").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words), "{words:?} is not in: {said}");
    assert!(said.contains("nothing was posted"), "{said}");
    assert_eq!(shop.succeed("runs book").stdout, before);
    shop.succeed("verify book");
}

pub fn member<'m>(members: &'m mut [(String, Vec<u8>)], wanted: &str) -> &'m mut Vec<u8> {
    &mut members.iter_mut().find(|(name, _)| name == wanted).unwrap().1
}
