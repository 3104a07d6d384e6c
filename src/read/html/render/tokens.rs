//! The tokenizer's output, taken as it comes: text of elements that are left out, comments and the
//! values of attributes that say nothing are never copied.

use std::convert::Infallible;

use html5gum::emitters::naive_next_state;
use html5gum::{Emitter, Error, State};

use super::{Renderer, Tag, short};
use crate::read::html::element::{
    Hint, Kind, hash_of_name, hint_of_name, kind, read_names, style_hides,
};

/// Bytes of an attribute's name that are kept: none that matters is as long.
const NAME_CAP: usize = 16;

/// What an attribute says.
#[derive(Clone, Copy, PartialEq)]
enum Attribute {
    /// Its name was not looked at yet.
    Unread,
    Named,
    Style,
    Other,
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Start,
    End,
}

/// Hands what the tokenizer finds to the renderer.
pub(super) struct Tokens<'a> {
    renderer: &'a mut Renderer,
    /// Text since the last tag.
    chars: Vec<u8>,
    side: Side,
    name: Vec<u8>,
    /// The start tag that is being read, once its name is complete.
    tag: Option<Tag>,
    self_closing: bool,
    /// The name of the last start tag, if no end tag came since.
    last_start: Vec<u8>,
    attribute: Attribute,
    attribute_name: Vec<u8>,
    value: Vec<u8>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(renderer: &'a mut Renderer) -> Self {
        Self {
            renderer,
            chars: Vec::new(),
            side: Side::End,
            name: Vec::new(),
            tag: None,
            self_closing: false,
            last_start: Vec::new(),
            attribute: Attribute::Unread,
            attribute_name: Vec::new(),
            value: Vec::new(),
        }
    }

    fn flush_chars(&mut self) {
        if self.chars.is_empty() {
            return;
        }
        // The tokenizer was given a `str`; what it put together is one again.
        match std::str::from_utf8(&self.chars) {
            Ok(text) => self.renderer.write(text),
            Err(_) => self.renderer.write(&String::from_utf8_lossy(&self.chars)),
        }
        self.chars.clear();
    }

    /// The start tag that is being read.
    fn start_tag(&mut self) -> &mut Tag {
        let name = &self.name;
        self.tag.get_or_insert_with(|| Tag {
            name: short(name),
            names: [hash_of_name(name), 0, 0, 0, 0, 0],
            kind: kind(name),
            hint: hint_of_name(name),
            hidden: false,
            has_href: false,
        })
    }

    /// Looks at the name of the attribute that is being read.
    fn read_attribute_name(&mut self) {
        if self.attribute != Attribute::Unread || self.side == Side::End {
            return;
        }
        let (mut hides, mut refers) = (false, false);
        self.attribute = match &self.attribute_name[..] {
            b"class" | b"id" | b"itemprop" => Attribute::Named,
            b"style" => Attribute::Style,
            name => {
                hides = name == b"hidden";
                refers = name == b"href";
                Attribute::Other
            }
        };
        let tag = self.start_tag();
        tag.hidden |= hides;
        tag.has_href |= refers;
    }

    /// Ends the attribute that is being read, if one is.
    fn end_attribute(&mut self) {
        if self.attribute_name.is_empty() {
            return;
        }
        self.read_attribute_name();
        let value = std::mem::take(&mut self.value);
        match self.attribute {
            Attribute::Named if !value.is_empty() => {
                let said = read_names(&value);
                let tag = self.start_tag();
                if said.hint == Hint::Chrome || (tag.hint == Hint::None && said.hint != Hint::None)
                {
                    tag.hint = said.hint;
                }
                let free = tag.names.iter().position(|&name| name == 0);
                let slots = free.map_or(&mut [][..], |free| &mut tag.names[free..]);
                for (slot, word) in slots.iter_mut().zip(said.words) {
                    *slot = word;
                }
            }
            Attribute::Style if style_hides(&value) => self.start_tag().hidden = true,
            _ => {}
        }
        self.value = value;
        self.value.clear();
        self.attribute_name.clear();
        self.attribute = Attribute::Unread;
    }
}

impl Emitter for Tokens<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend(name.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.flush_chars();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        if !self.renderer.skips() {
            self.chars.extend_from_slice(text);
        }
    }

    fn init_start_tag(&mut self) {
        self.side = Side::Start;
        self.name.clear();
        self.tag = None;
        self.self_closing = false;
        self.attribute_name.clear();
        self.value.clear();
        self.attribute = Attribute::Unread;
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.side = Side::End;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.name.extend_from_slice(name);
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        let room = NAME_CAP - self.attribute_name.len().min(NAME_CAP);
        self.attribute_name
            .extend_from_slice(&name[..room.min(name.len())]);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.read_attribute_name();
        if matches!(self.attribute, Attribute::Named | Attribute::Style) {
            self.value.extend_from_slice(value);
        }
    }

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.end_attribute();
        self.flush_chars();
        match self.side {
            Side::Start => {
                self.start_tag();
                if let Some(mut tag) = self.tag.take() {
                    // A place to jump to is no link; many are never closed.
                    if tag.kind == Kind::Link && !tag.has_href {
                        tag.kind = Kind::Inline;
                    }
                    self.renderer.open(&tag, self.self_closing);
                }
                std::mem::swap(&mut self.last_start, &mut self.name);
            }
            Side::End => {
                self.last_start.clear();
                self.renderer.close(short(&self.name), kind(&self.name));
            }
        }
        naive_next_state(&self.last_start)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.side == Side::End && !self.last_start.is_empty() && self.last_start == self.name
    }

    fn init_comment(&mut self) {
        self.flush_chars();
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn emit_current_comment(&mut self) {}

    fn init_doctype(&mut self) {
        self.flush_chars();
    }

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn set_force_quirks(&mut self) {}

    fn emit_current_doctype(&mut self) {}
}
