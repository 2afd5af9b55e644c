//! Sets that stay small: the members with the lowest hashes, and about how many there are.
//!
//! Whatever the order of adding and merging, the same members are kept, and what is counted of each is complete: one that
//! belongs to the lowest of the whole belongs to the lowest of every piece that has it.

/// How many members are kept.
pub const KEPT: usize = 64;

/// What a set holds. Its order is that of its hash first, and the hash is the same on every machine.
pub trait Member: Ord + Clone {
    /// Spread evenly over 64 bits.
    fn hash(&self) -> u64;
}

/// What is known of a member; adding is commutative and associative.
pub trait Sum {
    /// Adds what another piece knows.
    fn add(&mut self, other: Self);
}

impl Sum for u64 {
    fn add(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// The members with the lowest hashes, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowest<M, T> {
    members: Vec<(M, T)>,
    is_cut: bool,
}

impl<M, T> Default for Lowest<M, T> {
    fn default() -> Self {
        Self { members: Vec::new(), is_cut: false }
    }
}

impl<M: Member, T: Sum> Lowest<M, T> {
    /// Adds to a member, which is copied where it is new.
    pub fn add(&mut self, member: &M, more: T) {
        match self.place(member) {
            Ok(place) => self.add_at(place, more),
            Err(place) if place < KEPT => self.insert(place, member.clone(), more),
            Err(_) => self.is_cut = true,
        }
    }

    /// Adds the members of another piece.
    pub fn merge(&mut self, other: Self) {
        if self.members.is_empty() {
            *self = other;
            return;
        }
        self.is_cut |= other.is_cut;
        for (member, sum) in other.members {
            match self.place(&member) {
                Ok(place) => self.add_at(place, sum),
                Err(place) if place < KEPT => self.insert(place, member, sum),
                Err(_) => self.is_cut = true,
            }
        }
    }

    /// Where a member is, or would be.
    fn place(&self, member: &M) -> Result<usize, usize> {
        self.members.binary_search_by(|(known, _)| known.cmp(member))
    }

    fn add_at(&mut self, place: usize, more: T) {
        if let Some((_, sum)) = self.members.get_mut(place) {
            sum.add(more);
        }
    }

    fn insert(&mut self, place: usize, member: M, sum: T) {
        self.members.insert(place, (member, sum));
        if self.members.len() > KEPT {
            self.members.pop();
            self.is_cut = true;
        }
    }

    /// The members that are kept.
    pub fn iter(&self) -> std::slice::Iter<'_, (M, T)> {
        self.members.iter()
    }

    /// How many there are: up to 64 exactly, above that as the 64th lowest of evenly spread hashes tells (give or take an
    /// eighth).
    pub fn count(&self) -> u64 {
        let kept = u64::try_from(self.members.len()).unwrap_or(u64::MAX);
        match self.members.last().filter(|_| self.is_cut) {
            None => kept,
            Some((highest, _)) => {
                let all = u128::from(u64::MAX).saturating_mul(u128::from(kept.saturating_sub(1)));
                let all = all.checked_div(u128::from(highest.hash()).max(1)).unwrap_or(u128::MAX);
                u64::try_from(all).unwrap_or(u64::MAX).max(kept.saturating_add(1))
            }
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Number(u64);

    impl Member for Number {
        fn hash(&self) -> u64 {
            self.0
        }
    }

    fn set(numbers: &[u64]) -> Lowest<Number, u64> {
        let mut set = Lowest::default();
        numbers.iter().for_each(|number| set.add(&Number(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)), 1));
        set
    }

    proptest! {
        #[test]
        fn pieces_merge_to_the_whole(numbers in prop::collection::vec(0..120_u64, 0..400), cut in any::<prop::sample::Index>()) {
            let cut = cut.index(numbers.len() + 1);
            let (left, right) = numbers.split_at(cut);
            let whole = set(&numbers);
            let mut merged = set(right);
            merged.merge(set(left));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.count(), whole.count());
        }
    }

    #[test]
    fn the_number_of_many_is_about_right() {
        for many in [64_u64, 65, 200, 5000] {
            let count = set(&(1..=many).collect::<Vec<_>>()).count();
            assert!(count.abs_diff(many) <= many / 3, "{many}: {count}");
        }
        assert_eq!(set(&(1..=64).collect::<Vec<_>>()).count(), 64);
    }
}
