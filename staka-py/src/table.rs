//! Lists of structs: rows stay in Rust until Python reads them, as objects or as Arrow columns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyCapsule, PyList, PySlice, PyTuple};

use crate::answer::{Answer, Converted, PageInfo};
use crate::arrow;
use crate::plan::Record;

/// The rows of a result. It is a sequence whose rows are created when they are first read, and a table for libraries
/// with the Arrow PyCapsule interface (polars, pyarrow, pandas, DuckDB), which read it without creating rows.
///
/// It is not registered as a `collections.abc.Sequence`: polars would then read it row by row, which took 97 s for
/// 50,000 rows instead of milliseconds.
#[pyclass(frozen, sequence, generic, module = "staka")]
pub(crate) struct Table {
    rows: Mutex<Box<dyn Answer>>,
    plan: Arc<Record>,
    count: usize,
    /// The rows that have been converted to objects, by index.
    objects: Mutex<Vec<Option<Py<PyAny>>>>,
}

impl Table {
    pub(crate) fn new(rows: Box<dyn Answer>, plan: &Arc<Record>) -> PyResult<Self> {
        let count = rows.count()?;
        Ok(Self { rows: Mutex::new(rows), plan: Arc::clone(plan), count, objects: Mutex::default() })
    }

    /// Creates a table of rows that have already been converted to objects.
    pub(crate) fn of_objects(rows: Vec<Bound<'_, PyAny>>, plan: &Arc<Record>) -> Self {
        let (count, objects) = (rows.len(), rows.into_iter().map(|row| Some(row.unbind())).collect());
        Self { rows: Mutex::new(Box::new(Converted)), plan: Arc::clone(plan), count, objects: Mutex::new(objects) }
    }

    fn objects(&self) -> MutexGuard<'_, Vec<Option<Py<PyAny>>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        if let Some(Some(row)) = self.objects().get(index) {
            return Ok(row.bind(py).clone());
        }
        let rows = self.rows.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let row = rows.row(py, &self.plan, index)?;
        drop(rows);
        let mut objects = self.objects();
        if objects.is_empty() {
            objects.resize_with(self.count, || None);
        }
        // Another thread may have converted the row meanwhile: all threads get the same object.
        let row = objects[index].get_or_insert_with(|| row.unbind());
        Ok(row.bind(py).clone())
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = (0..self.count).map(|index| self.row(py, index)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, rows)
    }

    fn position(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        for index in 0..self.count {
            let row = self.row(py, index)?;
            if row.is(value) || row.eq(value)? {
                return Ok(Some(index));
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
            let indexes = (0..range.slicelength).map(|n| (range.start + n as isize * range.step) as usize);
            let rows = indexes.map(|index| self.row(py, index)).collect::<PyResult<Vec<_>>>()?;
            return Ok(PyList::new(py, rows)?.into_any());
        }
        let index =
            index.extract::<isize>().map_err(|_| PyTypeError::new_err("a table index must be an int or a slice"))?;
        let index = if index < 0 { index.checked_add_unsigned(self.count) } else { Some(index) };
        match index.and_then(|index| usize::try_from(index).ok()) {
            Some(index) if index < self.count => self.row(py, index),
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
        Ok(self.position(py, row)?.is_some())
    }

    /// Returns the index of the first row that is equal to `value`.
    #[pyo3(signature = (value, start=0, stop=None))]
    fn index(&self, py: Python<'_>, value: &Bound<'_, PyAny>, start: isize, stop: Option<isize>) -> PyResult<usize> {
        let range = PySlice::new(py, start, stop.unwrap_or(isize::MAX), 1).indices(self.count as isize)?;
        for index in range.start as usize..range.stop.max(range.start) as usize {
            if self.row(py, index)?.eq(value)? {
                return Ok(index);
            }
        }
        Err(PyValueError::new_err("the row is not in the table"))
    }

    /// Returns the number of rows that are equal to `value`.
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut count = 0;
        for index in 0..self.count {
            count += usize::from(self.row(py, index)?.eq(value)?);
        }
        Ok(count)
    }

    /// Returns whether another table, a list or a tuple has equal rows.
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
        const MAX_SHOWN: usize = 5;
        let shown =
            (0..self.count.min(MAX_SHOWN)).map(|index| self.row(py, index)?.repr().map(|text| text.to_string()));
        let mut shown = shown.collect::<PyResult<Vec<_>>>()?.join(", ");
        if self.count > MAX_SHOWN {
            shown += &format!(", … {} more", self.count - MAX_SHOWN);
        }
        Ok(format!("Table([{shown}])"))
    }

    /// Returns the schema of the rows (Arrow PyCapsule interface).
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py, &self.plan.doc)
    }

    /// Returns the rows as columns (Arrow PyCapsule interface). A requested schema is ignored.
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

/// An iterator over a table's rows.
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
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index < table.count { table.row(py, index).map(Some) } else { Ok(None) }
    }
}

/// A page of a list: its rows, where the next page starts, and the number of all rows.
#[pyclass(frozen, generic, module = "staka")]
pub(crate) struct Page {
    /// The rows, at most as many as `limit`.
    #[pyo3(get)]
    items: Py<Table>,
    /// The cursor of the next page, to be passed as `after`; None on the last page.
    ///
    /// A page reads at most 100,000 rows to find those of a filter that no index has, so it can have fewer rows than
    /// `limit`, or none, although others follow.
    #[pyo3(get)]
    next: Option<String>,
    /// The number of rows of the whole list, if it was requested with `total`; None otherwise, if there are more than
    /// 100,000, or if counting them would read more.
    #[pyo3(get)]
    total: Option<u64>,
}

impl Page {
    pub(crate) fn new(py: Python<'_>, page: Box<dyn Answer>, plan: &Arc<Record>) -> PyResult<Self> {
        let info = page.page_info()?;
        Self::of(py, Table::new(page, plan)?, info)
    }

    pub(crate) fn of(py: Python<'_>, items: Table, PageInfo { next, total }: PageInfo) -> PyResult<Self> {
        Ok(Self { items: Py::new(py, items)?, next, total })
    }
}

#[pymethods]
impl Page {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let next = self.next.as_ref().into_pyobject(py)?.repr()?;
        let total = self.total.map_or_else(String::new, |total| format!(", total={total}"));
        Ok(format!("Page(items={}, next={next}{total})", self.items.get().__repr__(py)?))
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented().into_bound(py)) };
        let other = other.get();
        let same_info = self.next == other.next && self.total == other.total;
        let equal = same_info && self.items.bind(py).eq(&other.items)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }
}
