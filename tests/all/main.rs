//! Everything that needs the whole program, in one binary so that it is linked once.

mod book_delta;
mod book_killed;
mod cents;
mod circles;
mod explained;
mod funnels;
mod lake_delta;
mod liability;
mod one_shop;
mod oracle;
mod platform_fixtures;
mod platforms;
mod properties;
mod routes;
mod second;
mod seeds;
mod sessions;
mod shop_folder;
mod spec;
mod tidy;
mod two_nights;
