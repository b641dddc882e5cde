//! The built program as `vestibule demo`, without a browser: it keeps what it has, ends when it is told to, says what is needed to
//! try it and what stands in its way.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod products;
#[cfg(test)]
mod running;
#[cfg(test)]
mod stories;
