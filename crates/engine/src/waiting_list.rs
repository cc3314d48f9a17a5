//! The waiting list: offered what comes free in its order, served by the case officer (R32, R33).

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission};
use domain::ids::{AwardId, PlaceId};
use domain::waiting_list::{Place, PlaceAction, PlaceState, Queue, offers};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, found};
use crate::{Engine, Page, Result, Window, require};

impl Engine {
    /// Serves a place: it is the first that fits, and gets its award (R32, R33).
    pub async fn serve_waiting_list_place(&self, call: &Call, id: PlaceId) -> Result<AwardId> {
        self.run(call, "serveWaitingListPlace", id, |work, id| {
            async move {
                work.person()?;
                let place = found(store::waiting_list::find(&work.tx, id).await?)?;
                // Everybody locks in one order: application, place, year. Under the year's lock nobody else touches its list's money.
                let application = found(store::application::lock(&work.tx, place.application).await?)?;
                let place = found(store::waiting_list::lock(&work.tx, id).await?)?;
                let mut year = found(store::budget::lock_year(&work.tx, place.year).await?)?;
                let waiting = store::waiting_list::waiting_of_year(&work.tx, year.year).await?;
                let available = year.available();
                let queue = Queue { place, available, offered: offers(&waiting, available) };
                work.authorise(&queue, PlaceAction::Serve)?;
                let place = queue.place;
                let award = work.id();
                let posting = work.grant_as(award, application, place.proposal, place.ballot, &mut year, true).await?;
                let place = Place { state: PlaceState::Served { award }, ..place };
                store::waiting_list::save(&work.tx, &place).await?;
                let subject = Subject::new(SubjectKind::Place, place.id, place.version + 1);
                work.record(Happening { kind: "place-served", subject, details: json!({ "award": award }) }, vec![posting]);
                Ok(award)
            }
            .boxed()
        })
        .await
    }

    /// Passes a place over that is offered money, with a reason: the next is offered it (R32). It keeps its place, and ends with the year.
    pub async fn skip_waiting_list_place(&self, call: &Call, id: PlaceId, reason: String) -> Result<PlaceId> {
        self.run(call, "skipWaitingListPlace", (id, reason), |work, (id, reason)| {
            async move {
                let by = work.person()?;
                let place = found(store::waiting_list::find(&work.tx, id).await?)?;
                found(store::application::lock(&work.tx, place.application).await?)?;
                let place = found(store::waiting_list::lock(&work.tx, id).await?)?;
                let year = found(store::budget::lock_year(&work.tx, place.year).await?)?;
                let waiting = store::waiting_list::waiting_of_year(&work.tx, year.year).await?;
                let queue = Queue { place, available: year.available(), offered: offers(&waiting, year.available()) };
                work.authorise(&queue, PlaceAction::Skip)?;
                let place = queue.place.skip(&reason, by, work.now)?;
                store::waiting_list::save(&work.tx, &place).await?;
                let subject = Subject::new(SubjectKind::Place, place.id, place.version + 1);
                let details = json!({ "reason": place.skipped.as_ref().map(|skip| &skip.reason) });
                work.record(Happening { kind: "place-skipped", subject, details }, Vec::new());
                work.changed(Change::Application(place.application));
                work.changed(Change::BudgetYear(place.year));
                Ok(place.id)
            }
            .boxed()
        })
        .await
    }

    /// A page of a year's waiting list, each place with what is available and offered now.
    pub async fn waiting_list(&self, actor: &Actor, year: i32, window: &Window) -> Result<Page<Queue>> {
        require(actor, Permission::ReadBudget)?;
        let db = self.database.reader();
        let recused: Vec<_> = actor.recused_from.iter().copied().collect();
        let page = store::waiting_list::of_year(db, year, &recused, window).await?;
        let (available, offered) = self.offers_of(year).await?;
        let items = page.items.into_iter().map(|place| Queue { place, available, offered: offered.clone() }).collect();
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }

    /// A place that the actor may see, with what is available and offered now.
    pub async fn place(&self, actor: &Actor, id: PlaceId) -> Result<Option<Queue>> {
        let Some(place) = store::waiting_list::find(self.database.reader(), id).await? else {
            return Ok(None);
        };
        let (available, offered) = self.offers_of(place.year).await?;
        Ok(crate::visible(actor, Some(Queue { place, available, offered })))
    }

    async fn offers_of(&self, year: i32) -> Result<(domain::money::Money, Vec<PlaceId>)> {
        let db = self.database.reader();
        let available = store::budget::find_year(db, year).await?.map(|year| year.available()).unwrap_or_default();
        let waiting = store::waiting_list::waiting_of_year(db, year).await?;
        Ok((available, offers(&waiting, available)))
    }
}
