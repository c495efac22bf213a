//! The connection pools, each in its cheapest configuration.

use std::sync::Arc;

use bed::bed::{Bed, Given, ISOLATION};
use bed::queries::Query;
use deadpool::managed::{self, Metrics, RecycleResult};
use mysql_async::{PoolConstraints, PoolOpts};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, Executor, MySqlConnection};
use staka_core::Staka;

use crate::CONNECTIONS;

#[derive(Clone)]
pub(crate) struct Pools {
    staka: Staka,
    sqlx: managed::Pool<Raw>,
    mysql_async: mysql_async::Pool,
}

/// A pool that neither checks nor resets a connection between two callers.
pub(crate) struct Raw(MySqlConnectOptions);

impl managed::Manager for Raw {
    type Type = MySqlConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<MySqlConnection> {
        let mut connection = self.0.connect().await?;
        connection.execute(ISOLATION).await?;
        Ok(connection)
    }

    async fn recycle(&self, _: &mut MySqlConnection, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

impl Pools {
    pub(crate) async fn connect(bed: &Bed) -> Self {
        let staka = bed.staka().max_connections(CONNECTIONS).connect().await.expect("Staka connects");
        let sqlx = managed::Pool::builder(Raw(bed.sqlx_options())).max_size(CONNECTIONS).build().expect("a pool");
        let constraints = PoolConstraints::new(CONNECTIONS, CONNECTIONS).expect("as many as there may be");
        let options = PoolOpts::default().with_constraints(constraints).with_reset_connection(false);
        let mysql_async = mysql_async::Pool::new(bed.mysql_async_options().pool_opts(options));
        Self { staka, sqlx, mysql_async }
    }

    pub(crate) fn staka<Q: Query>(&self, given: &Arc<Given>) -> impl Future<Output = usize> + Send + use<Q> {
        let (staka, given) = (self.staka.clone(), Arc::clone(given));
        async move { Q::staka(&staka, &given).await }
    }

    pub(crate) fn sqlx<Q: Query>(&self, given: &Arc<Given>) -> impl Future<Output = usize> + Send + use<Q> {
        let (pool, given) = (self.sqlx.clone(), Arc::clone(given));
        async move {
            let mut connection = pool.get().await.expect("one becomes free");
            Q::peer(&mut *connection, &given).await
        }
    }

    pub(crate) fn mysql_async<Q: Query>(&self, given: &Arc<Given>) -> impl Future<Output = usize> + Send + use<Q> {
        let (pool, given) = (self.mysql_async.clone(), Arc::clone(given));
        async move {
            let mut connection = pool.get_conn().await.expect("one becomes free");
            Q::peer(&mut connection, &given).await
        }
    }
}
