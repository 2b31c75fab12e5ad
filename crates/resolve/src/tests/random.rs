//! Random small shops, where ids, emails, cards and times meet often.

use crate::tests::naive;
use crate::tests::shop::*;
use accrue_kernel::program::{Program, RedemptionSource, RefundSource};

#[test]
fn random_shops_come_out_as_the_slow_way_says() {
    for seed in 1..=3000 {
        let mut dice = Dice(seed);
        let (shop, program) = (dice.shop(), dice.program());
        let expected = naive::lines(&shop, &program);
        assert_eq!(lines(&shop.people(&program)), expected, "seed {seed}: {shop:#?}");
    }
}

#[test]
fn the_order_of_rows_matters_only_between_equal_updated_at() {
    for seed in 1..=500 {
        let mut dice = Dice(seed);
        let (mut shop, program) = (dice.shop(), dice.program());
        // Rejects come in the order of places.
        shop.refunds.retain(|says| says.amount % 10_000 == 0);
        // Now every row has an `updated_at` of its own.
        (0..).zip(&mut shop.orders).for_each(|(at, says)| says.updated = Some(at));
        (0..).zip(&mut shop.registrations).for_each(|(at, says)| says.updated = Some(at));
        (0..).zip(&mut shop.refunds).for_each(|(at, says)| says.updated = Some(at));
        (0..).zip(&mut shop.redemptions).for_each(|(at, says)| says.updated = Some(at));
        (0..).zip(&mut shop.adjustments).for_each(|(at, says)| says.updated = Some(at));
        let expected = lines(&shop.people(&program));
        dice.shuffle(&mut shop.orders);
        dice.shuffle(&mut shop.registrations);
        dice.shuffle(&mut shop.refunds);
        dice.shuffle(&mut shop.redemptions);
        dice.shuffle(&mut shop.adjustments);
        assert_eq!(lines(&shop.people(&program)), expected, "seed {seed}");
    }
}

pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some<T>(&mut self, make: impl Fn(&mut Dice) -> T) -> Vec<T> {
        (0..self.below(9)).map(|_| make(self)).collect()
    }

    fn shuffle<T>(&mut self, rows: &mut [T]) {
        for at in 1..rows.len() {
            rows.swap(at, self.below(at + 1));
        }
    }

    pub(crate) fn program(&mut self) -> Program {
        let mut program = program();
        program.link_guests = self.below(4) > 0;
        program.refunds_from = self.one(&[RefundSource::Refunds, RefundSource::Both, RefundSource::Orders]);
        program.redemption.from = self.one(&[RedemptionSource::Redemptions, RedemptionSource::Orders]);
        program
    }

    pub(crate) fn shop(&mut self) -> Shop {
        Shop {
            orders: self.some(Dice::order),
            registrations: self.some(Dice::registration),
            refunds: self.some(Dice::refund),
            redemptions: self.some(Dice::redemption),
            adjustments: self.some(|dice| AdjustmentSays {
                id: dice.one(&["a1", "a2"]),
                customer: dice.customer(),
                note: "",
                adjusted: 4,
                updated: dice.updated(),
                void: dice.void(),
            }),
        }
    }

    fn customer(&mut self) -> &'static str {
        self.one(&["c1", "c2", "customer-33", "guest:973dfe463ec85785f5f95af5ba3906ee"])
    }

    fn email(&mut self) -> &'static str {
        self.one(&["a@x.org", "A@x.org", "Ö@x.org", "ö@x.org", "test@example.com"])
    }

    fn updated(&mut self) -> Option<i64> {
        self.one(&[None, Some(1), Some(2), Some(3)])
    }

    fn void(&mut self) -> bool {
        self.below(6) == 0
    }

    fn order_id(&mut self) -> &'static str {
        self.one(&["o1", "o2", "order-3", "order-4"])
    }

    fn order(&mut self) -> OrderSays {
        let customer = self.customer();
        OrderSays {
            id: self.order_id(),
            customer: if self.below(2) == 0 { customer } else { "" },
            email: self.email(),
            placed: self.below(1200) as i64,
            cancelled: self.one(&[None, Some(500)]),
            updated: self.updated(),
            refunded: self.one(&[0, 300, 500, 900]),
            currency: self.one(&["USD", "USD", "JPY", "KWD"]),
            void: self.void(),
        }
    }

    fn registration(&mut self) -> RegistrationSays {
        let email = self.email();
        RegistrationSays {
            id: self.customer(),
            email: if self.below(4) > 0 { email } else { "" },
            card: self.one(&["", "card-1", "card-2", "card-3"]),
            name: "",
            registered: self.one(&[5, 6, 7, 1000, 1001]),
            updated: self.updated(),
            void: self.void(),
        }
    }

    fn refund(&mut self) -> RefundSays {
        RefundSays {
            id: self.one(&["r1", "r2", "r3"]),
            order: self.order_id(),
            refunded: self.one(&[100, 1001]),
            amount: self.one(&[10_000, 20_000, 12_500, 12_340]),
            updated: self.updated(),
            void: self.void(),
        }
    }

    fn redemption(&mut self) -> RedemptionSays {
        let (customer, card) = (self.customer(), self.one(&["card-1", "card-2", "card-9"]));
        let (has_customer, order) = (self.below(2) == 0, self.one(&["", "o1", "order-3", "order-9"]));
        let has_card = if has_customer || !order.is_empty() { self.below(2) == 0 } else { true };
        RedemptionSays {
            id: self.one(&["x1", "x2", "r3"]),
            customer: if has_customer { customer } else { "" },
            card: if has_card { card } else { "" },
            order,
            redeemed: self.one(&[100, 1001]),
            updated: self.updated(),
            void: self.void(),
        }
    }
}
