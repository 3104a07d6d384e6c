//! Characters that clean text seldom has: signs of noise where one stands for a common one.

use std::sync::OnceLock;

use crate::model::{Token, to_simplified};

/// Whether a token is a Han character outside the first level of GB 2312: 3,755 characters that
/// make more than 99 % of modern text. What scanning errors, wrong decoding and jammers put in
/// stands mostly outside; names do now and then.
pub(super) fn is_rare(token: Token) -> bool {
    match token {
        0x3400..0xA000 => {
            let at = (token - 0x3400) as usize;
            common()[at / 64] >> (at % 64) & 1 == 0
        }
        0x2_0000..0x4_0000 => true,
        _ => false,
    }
}

fn common() -> &'static [u64] {
    static COMMON: OnceLock<Vec<u64>> = OnceLock::new();
    COMMON.get_or_init(|| {
        let mut bits = vec![0; (0xA000 - 0x3400) / 64];
        for lead in 0xB0..=0xD7_u8 {
            for trail in 0xA1..=0xFE_u8 {
                let bytes = [lead, trail];
                let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
                for c in text.chars() {
                    let code = u32::from(to_simplified(c));
                    if (0x3400..0xA000).contains(&code) {
                        let at = (code - 0x3400) as usize;
                        bits[at / 64] |= 1_u64 << (at % 64);
                    }
                }
            }
        }
        bits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_characters_are_not_rare() {
        assert!("各级部门要高度重视".chars().all(|c| !is_rare(c as Token)));
        assert!("鱻龘犇".chars().all(|c| is_rare(c as Token)));
        assert!("aあ0".chars().all(|c| !is_rare(c as Token)));
    }
}
