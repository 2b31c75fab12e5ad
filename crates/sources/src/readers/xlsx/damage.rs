//! What is wrong with a workbook, in words for the people who have it.

use crate::error::FileFault;
use calamine::XlsxError;
use zip::result::ZipError;

const CUT_OFF: &str = "it is cut off or damaged";
const PART: &str = "one of its parts is cut off or damaged";

/// Says what is wrong with the archive that a workbook is.
pub(super) fn of_archive(error: ZipError) -> FileFault {
    let what = match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => return FileFault::Io(error),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            "it is packed or locked in a way that spreadsheets are not"
        }
        _ => CUT_OFF,
    };
    FileFault::Xlsx(what.to_owned())
}

/// Says what is wrong with a workbook.
pub(super) fn of_workbook(error: XlsxError) -> FileFault {
    FileFault::Xlsx(match error {
        XlsxError::Zip(error) => return of_archive(error),
        XlsxError::Io(error) if error.raw_os_error().is_some() => return FileFault::Io(error),
        XlsxError::Io(_) => CUT_OFF.to_owned(),
        XlsxError::FileNotFound(part) => format!("its part `{part}` is missing"),
        XlsxError::WorksheetNotFound(sheet) => format!("the cells of its sheet `{sheet}` are missing"),
        XlsxError::RelationshipNotFound => "it does not say where the cells of its sheets are".to_owned(),
        XlsxError::CellError(shown) => {
            format!("a cell holds the error `{shown}`, which is not known here: clear it or mend its formula")
        }
        XlsxError::Password => "it has a password".to_owned(),
        _ => PART.to_owned(),
    })
}
