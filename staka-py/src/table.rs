//! Lists of structs: rows stay in Rust until Python looks at them, or takes them as Arrow columns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyCapsule, PyList, PySlice, PyTuple};

use crate::answer::{Answer, Ends, Made};
use crate::arrow;
use crate::plan::Record;

/// The rows of an answer: a list whose rows are made when they are first looked at, and a table for whoever speaks the
/// Arrow PyCapsule interface (polars, pyarrow, pandas, DuckDB), which then makes no Python objects at all.
///
/// It is not registered as a `collections.abc.Sequence`: polars would then read it row by row, capsule or not, and took
/// 97 s for 50,000 rows, instead of milliseconds.
#[pyclass(frozen, sequence, generic, module = "staka")]
pub(crate) struct Table {
    rows: Mutex<Box<dyn Answer>>,
    plan: Arc<Record>,
    count: usize,
    made: Mutex<Vec<Option<Py<PyAny>>>>,
}

impl Table {
    pub(crate) fn new(rows: Box<dyn Answer>, plan: &Arc<Record>) -> PyResult<Self> {
        let count = rows.count()?;
        Ok(Self { rows: Mutex::new(rows), plan: Arc::clone(plan), count, made: Mutex::default() })
    }

    /// Rows of which there are objects already.
    pub(crate) fn of_rows(rows: Vec<Bound<'_, PyAny>>, plan: &Arc<Record>) -> Self {
        let (count, made) = (rows.len(), rows.into_iter().map(|row| Some(row.unbind())).collect());
        Self { rows: Mutex::new(Box::new(Made)), plan: Arc::clone(plan), count, made: Mutex::new(made) }
    }

    fn made(&self) -> MutexGuard<'_, Vec<Option<Py<PyAny>>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        if let Some(Some(row)) = self.made().get(place) {
            return Ok(row.bind(py).clone());
        }
        let rows = self.rows.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let row = rows.row(py, &self.plan, place)?;
        drop(rows);
        let mut made = self.made();
        if made.is_empty() {
            made.resize_with(self.count, || None);
        }
        // Another thread may have been quicker: everybody gets the same object.
        let row = made[place].get_or_insert_with(|| row.unbind());
        Ok(row.bind(py).clone())
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = (0..self.count).map(|place| self.row(py, place)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, rows)
    }

    fn place_of(&self, py: Python<'_>, wanted: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        for place in 0..self.count {
            let row = self.row(py, place)?;
            if row.is(wanted) || row.eq(wanted)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.count
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(slice) = index.cast::<PySlice>() {
            let range = slice.indices(self.count as isize)?;
            let places = (0..range.slicelength).map(|n| (range.start + n as isize * range.step) as usize);
            let rows = places.map(|place| self.row(py, place)).collect::<PyResult<Vec<_>>>()?;
            return Ok(PyList::new(py, rows)?.into_any());
        }
        let wanted = index.extract::<isize>().map_err(|_| PyTypeError::new_err("an index is an int or a slice"))?;
        let place = if wanted < 0 { wanted.checked_add_unsigned(self.count) } else { Some(wanted) };
        match place.and_then(|place| usize::try_from(place).ok()) {
            Some(place) if place < self.count => self.row(py, place),
            _ => Err(PyIndexError::new_err("table index out of range")),
        }
    }

    fn __iter__(slf: Bound<'_, Self>) -> TableIterator {
        TableIterator { table: slf.unbind(), next: AtomicUsize::new(0) }
    }

    fn __reversed__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.all(py)?;
        rows.reverse()?;
        rows.into_any().try_iter().map(Bound::into_any)
    }

    fn __contains__(&self, py: Python<'_>, row: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.place_of(py, row)?.is_some())
    }

    /// The first place of a row.
    #[pyo3(signature = (value, start=0, stop=None))]
    fn index(&self, py: Python<'_>, value: &Bound<'_, PyAny>, start: isize, stop: Option<isize>) -> PyResult<usize> {
        let range = PySlice::new(py, start, stop.unwrap_or(isize::MAX), 1).indices(self.count as isize)?;
        for place in range.start as usize..range.stop.max(range.start) as usize {
            if self.row(py, place)?.eq(value)? {
                return Ok(place);
            }
        }
        Err(PyValueError::new_err("the row is not in the table"))
    }

    /// How often a row occurs.
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut count = 0;
        for place in 0..self.count {
            count += usize::from(self.row(py, place)?.eq(value)?);
        }
        Ok(count)
    }

    /// Whether another table, a list or a tuple has equal rows.
    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let rows = if let Ok(table) = other.cast::<Self>() {
            table.get().all(py)?
        } else if other.is_instance_of::<PyList>() || other.is_instance_of::<PyTuple>() {
            PyList::new(py, other.try_iter()?.collect::<PyResult<Vec<_>>>()?)?
        } else {
            return Ok(py.NotImplemented().into_bound(py));
        };
        let equal = rows.len() == self.count && self.all(py)?.eq(rows)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        const SHOWN: usize = 5;
        let shown = (0..self.count.min(SHOWN)).map(|place| self.row(py, place)?.repr().map(|text| text.to_string()));
        let mut shown = shown.collect::<PyResult<Vec<_>>>()?.join(", ");
        if self.count > SHOWN {
            shown += &format!(", … {} more", self.count - SHOWN);
        }
        Ok(format!("Table([{shown}])"))
    }

    /// The rows' schema, by the Arrow PyCapsule interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py, &self.plan.doc)
    }

    /// The rows as columns, by the Arrow PyCapsule interface. The schema stays as it is, whatever is requested.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batch = py.detach(|| {
            let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            arrow::batch(&self.plan.doc, &**rows)
        })?;
        arrow::stream(py, batch)
    }
}

/// Goes over a table's rows.
#[pyclass(frozen, module = "staka._staka")]
pub(crate) struct TableIterator {
    table: Py<Table>,
    next: AtomicUsize,
}

#[pymethods]
impl TableIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let table = self.table.get();
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place < table.count { table.row(py, place).map(Some) } else { Ok(None) }
    }
}

/// A page of a list: its rows, where the next page starts, and how many rows there are in all.
#[pyclass(frozen, generic, module = "staka")]
pub(crate) struct Listing {
    /// The rows, at most as many as were asked for.
    #[pyo3(get)]
    items: Py<Table>,
    /// Where the next page starts: give it as `after`. None on the last page.
    #[pyo3(get)]
    next: Option<String>,
    /// How many rows all pages hold together, where `total` asked for it.
    #[pyo3(get)]
    total: Option<u64>,
}

impl Listing {
    pub(crate) fn new(py: Python<'_>, page: Box<dyn Answer>, plan: &Arc<Record>) -> PyResult<Self> {
        let ends = page.ends()?;
        Self::of(py, Table::new(page, plan)?, ends)
    }

    pub(crate) fn of(py: Python<'_>, items: Table, Ends { next, total }: Ends) -> PyResult<Self> {
        Ok(Self { items: Py::new(py, items)?, next, total })
    }
}

#[pymethods]
impl Listing {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let next = self.next.as_ref().into_pyobject(py)?.repr()?;
        let total = self.total.map_or_else(String::new, |total| format!(", total={total}"));
        Ok(format!("Listing(items={}, next={next}{total})", self.items.get().__repr__(py)?))
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented().into_bound(py)) };
        let other = other.get();
        let ends = self.next == other.next && self.total == other.total;
        let equal = ends && self.items.bind(py).eq(&other.items)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }
}
