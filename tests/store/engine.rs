//! What a transaction promises.

use crate::support::{create_items, each_engine, ids, insert};

#[test]
fn readers_see_what_is_committed() {
    each_engine(|db| {
        create_items(&db);
        assert!(ids(&db).is_empty());
        db.write(|tx| insert(tx, "a")).unwrap();
        assert_eq!(ids(&db), ["a"]);
        db.close();
    });
}
