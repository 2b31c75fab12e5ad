//! Finds parts that occur several times in the expressions of a mapping, so that they are computed once (common
//! subexpression elimination; J. Cocke, "Global Common Subexpression Elimination", 1970).
//!
//! Definitions are inserted where their names are used, so a long part is written once and often occurs many times.

use crate::mapping::exact::node::{Node, Shared};
use crate::mapping::stack::with_room;
use std::collections::BTreeMap;

/// Marks the parts that occur several times in expressions over the same columns.
pub(crate) fn share(roots: Vec<&mut Node>) {
    let mut roots = roots;
    // How often each part occurs, by its text.
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    let mut counts = Vec::new();
    roots.iter_mut().for_each(|root| number(root, &mut parts, &mut counts));
    roots.into_iter().for_each(|root| keep_repeated(root, &counts));
}

/// Numbers a node and all nodes in it; those that are the same have the same number.
fn number(node: &mut Node, parts: &mut BTreeMap<String, usize>, counts: &mut Vec<usize>) {
    if matches!(node, Node::Column(_) | Node::Ends(_) | Node::Constant(_) | Node::Aggregated(_)) {
        return;
    }
    with_room(|| {
        node.parts_mut().into_iter().for_each(|part| number(part, parts, counts));
    });
    // The parts show their numbers only.
    let number = *parts.entry(format!("{node:?}")).or_insert(counts.len());
    if number == counts.len() {
        counts.push(0);
    }
    counts[number] += 1;
    let own = std::mem::replace(node, Node::Aggregated(0));
    *node = Node::Shared(Shared { number, node: Box::new(own) });
}

/// Takes the numbers away from nodes that are there once.
fn keep_repeated(node: &mut Node, counts: &[usize]) {
    if let Node::Shared(shared) = node
        && counts[shared.number] == 1
    {
        let own = std::mem::replace(&mut *shared.node, Node::Aggregated(0));
        *node = own;
    }
    with_room(|| {
        let within = match node {
            Node::Shared(shared) => shared.node.parts_mut(),
            node => node.parts_mut(),
        };
        within.into_iter().for_each(|part| keep_repeated(part, counts));
    });
}
