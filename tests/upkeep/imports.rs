//! Which file of the crate uses what another one defines, read with a parser, so that nested
//! `use`, `super::super`, paths within code and within the arguments of macros all count.
//!
//! A path is followed through re-exports to the file that defines what it names. A re-export that
//! the file itself does not use is no import: a `mod.rs` that only shows what its children hold
//! depends on none of them. Code under `#[cfg(test)]` is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// What a name in a module is.
#[derive(Debug)]
enum Name {
    Defined,
    Imported(Vec<String>),
}

#[derive(Debug, Default)]
struct Module {
    file: usize,
    names: BTreeMap<String, Name>,
    globs: Vec<Vec<String>>,
}

/// What a path leads to.
enum Target {
    Module(String),
    Item(String),
}

/// The modules of a crate and what they import from each other.
pub struct Imports {
    files: Vec<String>,
    modules: BTreeMap<String, Module>,
    /// In which module a path stands, and the path.
    paths: BTreeSet<(String, Vec<String>)>,
}

/// That `from` uses what `to` defines, both files, by this path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: String,
    pub to: String,
    pub by: String,
}

impl Imports {
    /// Reads all files below a source folder.
    pub fn read(src: &Path) -> Imports {
        let mut read = Imports { files: Vec::new(), modules: BTreeMap::new(), paths: BTreeSet::new() };
        for path in super::rust_files(src) {
            let file = path.strip_prefix(src).unwrap().to_string_lossy().replace('\\', "/");
            if file != "main.rs" {
                let text = fs::read_to_string(&path).unwrap();
                read.add(&file, &text);
            }
        }
        read
    }

    fn add(&mut self, file: &str, text: &str) {
        let parsed: File = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let module = file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let module = if module == "lib" { String::new() } else { module };
        let number = self.files.len();
        self.files.push(file.to_string());
        self.modules.insert(module.clone(), Module { file: number, ..Module::default() });
        Reader { into: self, module, file: number }.visit_file(&parsed);
    }

    /// What a path in a module leads to, as far as it leads to this crate.
    fn resolve(&self, module: &str, path: &[String], hops: usize) -> Option<Target> {
        let mut at = module.to_string();
        let mut is_ours = false;
        for (n, word) in path.iter().enumerate() {
            match word.as_str() {
                "crate" if n == 0 => at = String::new(),
                "self" if n == 0 => {}
                "super" => at = parent(&at),
                word => match self.step(&at, word, hops)? {
                    Some(Target::Module(module)) => at = module,
                    Some(Target::Item(module)) => return Some(Target::Item(module)),
                    // A name that a macro of ours makes, for example.
                    None if is_ours => return Some(Target::Item(at)),
                    None => return None,
                },
            }
            is_ours = true;
        }
        Some(Target::Module(at))
    }

    /// What one name in a module is: none where it is another crate's, some nothing where it is
    /// not known.
    fn step(&self, module: &str, name: &str, hops: usize) -> Option<Option<Target>> {
        let child = join(module, name);
        if self.modules.contains_key(&child) {
            return Some(Some(Target::Module(child)));
        }
        let known = self.modules.get(module)?;
        let hops = hops.checked_sub(1)?;
        match known.names.get(name) {
            Some(Name::Defined) => return Some(Some(Target::Item(module.to_string()))),
            Some(Name::Imported(path)) => return self.resolve(module, path, hops).map(Some),
            None => {}
        }
        let through = known.globs.iter().filter_map(|glob| self.resolve(module, glob, hops));
        let mut found = through.filter_map(|target| match target {
            Target::Module(of) if of != module => self.step(&of, name, hops).flatten(),
            _ => None,
        });
        Some(found.next())
    }

    fn file_of(&self, module: &str) -> &str {
        &self.files[self.modules[module].file]
    }

    /// Every use of another file's items.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeMap::new();
        for (module, path) in &self.paths {
            if let Some(Target::Item(target)) = self.resolve(module, path, 16) {
                let (from, to) = (self.file_of(module), self.file_of(&target));
                if from != to {
                    arrows.entry((from.to_string(), to.to_string())).or_insert_with(|| path.join("::"));
                }
            }
        }
        arrows.into_iter().map(|((from, to), by)| Arrow { from, to, by }).collect()
    }

    /// Every path that leaves the top module it stands in: file, its top module, the top module
    /// that the path names, the path.
    pub fn crossings(&self) -> BTreeSet<(String, String, String, String)> {
        let mut crossings = BTreeSet::new();
        for (module, path) in &self.paths {
            let supers = path.iter().take_while(|word| *word == "super").count();
            let named = match path[0].as_str() {
                "crate" => path.get(1),
                "super" if supers == module.split("::").count() => path.get(supers),
                _ => continue,
            };
            let top = module.split("::").next().unwrap_or_default();
            if let Some(named) = named.filter(|named| self.modules.contains_key(*named) && *named != top) {
                let file = self.file_of(module).to_string();
                crossings.insert((file, top.to_string(), named.clone(), path.join("::")));
            }
        }
        crossings
    }
}

fn parent(module: &str) -> String {
    module.rsplit_once("::").map(|(parent, _)| parent.to_string()).unwrap_or_default()
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_string() } else { format!("{module}::{name}") }
}

/// Collects the names and paths of one file.
struct Reader<'a> {
    into: &'a mut Imports,
    module: String,
    file: usize,
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        self.into.modules.get_mut(&self.module).unwrap()
    }

    fn define(&mut self, name: &syn::Ident) {
        self.module().names.insert(name.to_string(), Name::Defined);
    }

    fn path(&mut self, path: Vec<String>) {
        self.into.paths.insert((self.module.clone(), path));
    }

    fn imported(&mut self, tree: &UseTree, before: &[String], is_own: bool) {
        let with = |word: &syn::Ident| [before, &[word.to_string()]].concat();
        let (name, path) = match tree {
            UseTree::Path(path) => return self.imported(&path.tree, &with(&path.ident), is_own),
            UseTree::Group(group) => return group.items.iter().for_each(|tree| self.imported(tree, before, is_own)),
            UseTree::Glob(_) => return self.module().globs.push(before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => (before.last().cloned(), before.to_vec()),
            UseTree::Name(name) => (Some(name.ident.to_string()), with(&name.ident)),
            UseTree::Rename(name) if name.ident == "self" => (Some(name.rename.to_string()), before.to_vec()),
            UseTree::Rename(name) => (Some(name.rename.to_string()), with(&name.ident)),
        };
        if is_own {
            self.path(path.clone());
        }
        // `use x::x` and a module `x` here would lead to itself.
        if let Some(name) = name.filter(|name| path.len() > 1 || path[0] != *name) {
            self.module().names.insert(name, Name::Imported(path));
        }
    }

    /// Paths in what a macro is given, and calls and types of one word.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if colons != 2 && !path.is_empty() {
                        let whole = std::mem::take(&mut path);
                        self.path(whole);
                    }
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                other => {
                    if !path.is_empty() {
                        let whole = std::mem::take(&mut path);
                        self.path(whole);
                    }
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        if !path.is_empty() {
            self.path(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (name, attributes) = match item {
            Item::Const(item) => (Some(&item.ident), &item.attrs),
            Item::Enum(item) => (Some(&item.ident), &item.attrs),
            Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
            Item::Impl(item) => (None, &item.attrs),
            Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
            Item::Mod(item) => (None, &item.attrs),
            Item::Static(item) => (Some(&item.ident), &item.attrs),
            Item::Struct(item) => (Some(&item.ident), &item.attrs),
            Item::Trait(item) => (Some(&item.ident), &item.attrs),
            Item::Type(item) => (Some(&item.ident), &item.attrs),
            Item::Use(item) => (None, &item.attrs),
            _ => return visit::visit_item(self, item),
        };
        if is_for_tests(attributes) {
            return;
        }
        if let Some(name) = name {
            self.define(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.content.is_some() {
            let inside = join(&self.module, &item.ident.to_string());
            let outside = std::mem::replace(&mut self.module, inside.clone());
            self.into.modules.insert(inside, Module { file: self.file, ..Module::default() });
            visit::visit_item_mod(self, item);
            self.module = outside;
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.imported(&item.tree, &[], matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        visit::visit_macro(self, called);
        self.tokens(called.tokens.clone());
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl Arrow {
    /// Whether the file uses what a module defines that it is a part of. This is no arrow of a
    /// circle: children see all of their parents in Rust, and a parent calls its children.
    pub fn is_to_parent(&self) -> bool {
        self.to.strip_suffix("mod.rs").or(self.to.strip_suffix(".rs")).is_some_and(|folder| {
            let folder = format!("{}/", folder.trim_end_matches('/'));
            self.from.starts_with(&folder)
        })
    }
}

/// Groups of files that all import each other, directly or through others: the strongly connected
/// components of more than one file.
pub fn circles(arrows: &BTreeSet<Arrow>) -> Vec<BTreeSet<String>> {
    let files: BTreeSet<&str> = arrows.iter().flat_map(|arrow| [arrow.from.as_str(), arrow.to.as_str()]).collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> = files.iter().map(|file| (*file, reached(arrows, file))).collect();
    let mut circles: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for file in files {
        let both = reach[file].iter().filter(|other| reach[*other].contains(file));
        let circle: BTreeSet<String> = both.map(ToString::to_string).collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

fn reached<'a>(arrows: &'a BTreeSet<Arrow>, from: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut left = vec![from];
    while let Some(at) = left.pop() {
        // Sorted by where they begin.
        let start = Arrow { from: at.to_string(), to: String::new(), by: String::new() };
        let next = arrows.range(start..).take_while(|arrow| arrow.from == at);
        left.extend(next.map(|arrow| arrow.to.as_str()).filter(|to| found.insert(*to)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> Imports {
        let mut made = Imports { files: Vec::new(), modules: BTreeMap::new(), paths: BTreeSet::new() };
        for (file, text) in files {
            made.add(file, text);
        }
        made
    }

    fn shown(made: &Imports) -> Vec<String> {
        made.arrows().into_iter().map(|arrow| format!("{} > {}", arrow.from, arrow.to)).collect()
    }

    #[test]
    fn nested_use_relative_paths_code_and_macros_are_understood() {
        let files = [
            ("lib.rs", "pub mod a; pub mod b;"),
            ("a/mod.rs", "mod one; pub mod two; pub use one::One; pub use two::*;"),
            ("a/one.rs", "pub struct One;"),
            ("a/two.rs", "use super::{self as above, one::{self, One}}; pub struct Two;"),
        ];
        for (text, arrows) in [
            ("use crate::{a::{One as First, two}, b as own};", &["b.rs > a/one.rs"][..]),
            ("use super::a::Two;", &["b.rs > a/two.rs"]),
            ("fn f() { let _ = crate::a::One; }", &["b.rs > a/one.rs"]),
            ("use crate::a; fn f(_: a::two::Two) {}", &["b.rs > a/two.rs"]),
            ("fn f() { println!(\"{}\", g(crate::a::Two)); }", &["b.rs > a/two.rs"]),
            ("mod inner { fn f(_: super::super::a::One) {} }", &["b.rs > a/one.rs"]),
            ("#[cfg(test)] mod tests { use crate::a::One; }", &[]),
            ("use std::a::One;", &[]),
        ] {
            let made = crate_of(&[&files[..], &[("b.rs", text)]].concat());
            let found: Vec<String> = shown(&made).into_iter().filter(|arrow| arrow.starts_with('b')).collect();
            assert_eq!(found, arrows, "{text}");
        }
        assert_eq!(shown(&crate_of(&files)), ["a/two.rs > a/one.rs"], "a re-export is no import");
    }

    #[test]
    fn circles_are_found_whatever_their_length() {
        let arrow = |(from, to): (&str, &str)| Arrow { from: from.into(), to: to.into(), by: String::new() };
        let arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")];
        let circles = circles(&arrows.map(arrow).into());
        let circles: Vec<Vec<&str>> =
            circles.iter().map(|circle| circle.iter().map(String::as_str).collect()).collect();
        assert_eq!(circles, [vec!["a", "b", "c"], vec!["d", "e"]]);
    }
}
