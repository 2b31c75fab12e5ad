//! Reads names of time zones of the IANA database, and suggests a name for what is none.

use super::nearest::nearest;
use chrono_tz::Tz;

/// Zones of IANA that never have summer time though their places do, or did, and the places to write instead.
const FIXED: [(&str, &str); 3] = [
    ("EST", "`America/New_York`, or `America/Panama` for the same time all year"),
    ("MST", "`America/Denver`, or `America/Phoenix` for the same time all year"),
    ("HST", "`Pacific/Honolulu`"),
];

/// Abbreviations, and everyday names of zones, in lower case, with the names of IANA.
const COMMON: [(&str, &str); 78] = [
    ("acdt", "Australia/Adelaide"),
    ("acst", "Australia/Adelaide, Australia/Darwin"),
    ("aedt", "Australia/Sydney"),
    ("aest", "Australia/Sydney, Australia/Brisbane"),
    ("akdt", "America/Anchorage"),
    ("akst", "America/Anchorage"),
    ("art", "America/Argentina/Buenos_Aires"),
    ("ast", "America/Halifax, Asia/Riyadh"),
    ("atlantic", "America/Halifax"),
    ("awst", "Australia/Perth"),
    ("brt", "America/Sao_Paulo"),
    ("bst", "Europe/London, Asia/Dhaka"),
    ("calcutta", "Asia/Kolkata"),
    ("cat", "Africa/Maputo"),
    ("cdt", "America/Chicago"),
    ("central", "America/Chicago"),
    ("central european", "Europe/Paris, Europe/Berlin"),
    ("cest", "Europe/Paris, Europe/Berlin"),
    ("china", "Asia/Shanghai"),
    ("clst", "America/Santiago"),
    ("clt", "America/Santiago"),
    ("coordinated universal", "Etc/UTC"),
    ("cot", "America/Bogota"),
    ("cst", "America/Chicago, Asia/Shanghai, Asia/Taipei"),
    ("ct", "America/Chicago"),
    ("eastern", "America/New_York"),
    ("eastern european", "Europe/Athens, Europe/Bucharest"),
    ("eat", "Africa/Nairobi"),
    ("edt", "America/New_York"),
    ("eest", "Europe/Athens, Europe/Bucharest"),
    ("et", "America/New_York"),
    ("greenwich", "Europe/London, Etc/UTC"),
    ("greenwich mean", "Europe/London, Etc/UTC"),
    ("gst", "Asia/Dubai"),
    ("hadt", "America/Adak"),
    ("hast", "America/Adak"),
    ("hawaii", "Pacific/Honolulu"),
    ("hdt", "America/Adak"),
    ("hkt", "Asia/Hong_Kong"),
    ("ho chi minh", "Asia/Ho_Chi_Minh"),
    ("ict", "Asia/Bangkok"),
    ("idt", "Asia/Jerusalem"),
    ("india", "Asia/Kolkata"),
    ("indian", "Asia/Kolkata"),
    ("ist", "Asia/Kolkata, Europe/Dublin, Asia/Jerusalem"),
    ("japan", "Asia/Tokyo"),
    ("jst", "Asia/Tokyo"),
    ("kiev", "Europe/Kyiv"),
    ("korea", "Asia/Seoul"),
    ("kst", "Asia/Seoul"),
    ("mdt", "America/Denver"),
    ("mest", "Europe/Berlin, Europe/Vienna"),
    ("mesz", "Europe/Berlin, Europe/Vienna"),
    ("mez", "Europe/Berlin, Europe/Vienna"),
    ("mountain", "America/Denver"),
    ("msk", "Europe/Moscow"),
    ("mt", "America/Denver"),
    ("myt", "Asia/Kuala_Lumpur"),
    ("ndt", "America/St_Johns"),
    ("nst", "America/St_Johns"),
    ("nzdt", "Pacific/Auckland"),
    ("nzst", "Pacific/Auckland"),
    ("pacific", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pht", "Asia/Manila"),
    ("pkt", "Asia/Karachi"),
    ("pst", "America/Los_Angeles, Asia/Manila"),
    ("pt", "America/Los_Angeles"),
    ("sast", "Africa/Johannesburg"),
    ("sgt", "Asia/Singapore"),
    ("sst", "Pacific/Pago_Pago, Asia/Singapore"),
    ("trt", "Europe/Istanbul"),
    ("wat", "Africa/Lagos"),
    ("west", "Europe/Lisbon"),
    ("western european", "Europe/Lisbon"),
    ("wib", "Asia/Jakarta"),
    ("z", "Etc/UTC"),
    ("zulu", "Etc/UTC"),
];

/// Windows' names, in lower case and without "standard time", with the names that CLDR gives them.
const WINDOWS: [(&str, &str); 131] = [
    ("afghanistan", "Asia/Kabul"),
    ("alaskan", "America/Anchorage"),
    ("aleutian", "America/Adak"),
    ("altai", "Asia/Barnaul"),
    ("arab", "Asia/Riyadh"),
    ("arabian", "Asia/Dubai"),
    ("arabic", "Asia/Baghdad"),
    ("argentina", "America/Argentina/Buenos_Aires"),
    ("astrakhan", "Europe/Astrakhan"),
    ("atlantic", "America/Halifax"),
    ("aus central", "Australia/Darwin"),
    ("aus central w.", "Australia/Eucla"),
    ("aus eastern", "Australia/Sydney"),
    ("azerbaijan", "Asia/Baku"),
    ("azores", "Atlantic/Azores"),
    ("bahia", "America/Bahia"),
    ("bangladesh", "Asia/Dhaka"),
    ("belarus", "Europe/Minsk"),
    ("bougainville", "Pacific/Bougainville"),
    ("canada central", "America/Regina"),
    ("cape verde", "Atlantic/Cape_Verde"),
    ("caucasus", "Asia/Yerevan"),
    ("cen. australia", "Australia/Adelaide"),
    ("central", "America/Chicago"),
    ("central america", "America/Guatemala"),
    ("central asia", "Asia/Almaty"),
    ("central brazilian", "America/Cuiaba"),
    ("central europe", "Europe/Budapest"),
    ("central european", "Europe/Warsaw"),
    ("central mexico", "America/Mexico_City"),
    ("central pacific", "Pacific/Guadalcanal"),
    ("chatham islands", "Pacific/Chatham"),
    ("china", "Asia/Shanghai"),
    ("cuba", "America/Havana"),
    ("dateline", "Etc/GMT+12"),
    ("e. africa", "Africa/Nairobi"),
    ("e. australia", "Australia/Brisbane"),
    ("e. europe", "Europe/Chisinau"),
    ("e. south america", "America/Sao_Paulo"),
    ("easter island", "Pacific/Easter"),
    ("eastern", "America/New_York"),
    ("eastern mexico", "America/Cancun"),
    ("egypt", "Africa/Cairo"),
    ("ekaterinburg", "Asia/Yekaterinburg"),
    ("fiji", "Pacific/Fiji"),
    ("fle", "Europe/Kyiv"),
    ("georgian", "Asia/Tbilisi"),
    ("gmt", "Europe/London"),
    ("greenland", "America/Nuuk"),
    ("gtb", "Europe/Bucharest"),
    ("haiti", "America/Port-au-Prince"),
    ("hawaiian", "Pacific/Honolulu"),
    ("india", "Asia/Kolkata"),
    ("iran", "Asia/Tehran"),
    ("israel", "Asia/Jerusalem"),
    ("jordan", "Asia/Amman"),
    ("kaliningrad", "Europe/Kaliningrad"),
    ("korea", "Asia/Seoul"),
    ("libya", "Africa/Tripoli"),
    ("line islands", "Pacific/Kiritimati"),
    ("lord howe", "Australia/Lord_Howe"),
    ("magadan", "Asia/Magadan"),
    ("magallanes", "America/Punta_Arenas"),
    ("marquesas", "Pacific/Marquesas"),
    ("mauritius", "Indian/Mauritius"),
    ("middle east", "Asia/Beirut"),
    ("montevideo", "America/Montevideo"),
    ("morocco", "Africa/Casablanca"),
    ("mountain", "America/Denver"),
    ("mountain mexico", "America/Mazatlan"),
    ("myanmar", "Asia/Yangon"),
    ("n. central asia", "Asia/Novosibirsk"),
    ("namibia", "Africa/Windhoek"),
    ("nepal", "Asia/Kathmandu"),
    ("new zealand", "Pacific/Auckland"),
    ("newfoundland", "America/St_Johns"),
    ("norfolk", "Pacific/Norfolk"),
    ("north asia", "Asia/Krasnoyarsk"),
    ("north asia east", "Asia/Irkutsk"),
    ("north korea", "Asia/Pyongyang"),
    ("omsk", "Asia/Omsk"),
    ("pacific", "America/Los_Angeles"),
    ("pacific mexico", "America/Tijuana"),
    ("pacific sa", "America/Santiago"),
    ("pakistan", "Asia/Karachi"),
    ("paraguay", "America/Asuncion"),
    ("qyzylorda", "Asia/Qyzylorda"),
    ("romance", "Europe/Paris"),
    ("russia time zone 10", "Asia/Srednekolymsk"),
    ("russia time zone 11", "Asia/Kamchatka"),
    ("russia time zone 3", "Europe/Samara"),
    ("russian", "Europe/Moscow"),
    ("sa eastern", "America/Cayenne"),
    ("sa pacific", "America/Bogota"),
    ("sa western", "America/La_Paz"),
    ("saint pierre", "America/Miquelon"),
    ("sakhalin", "Asia/Sakhalin"),
    ("samoa", "Pacific/Apia"),
    ("sao tome", "Africa/Sao_Tome"),
    ("saratov", "Europe/Saratov"),
    ("se asia", "Asia/Bangkok"),
    ("singapore", "Asia/Singapore"),
    ("south africa", "Africa/Johannesburg"),
    ("south sudan", "Africa/Juba"),
    ("sri lanka", "Asia/Colombo"),
    ("sudan", "Africa/Khartoum"),
    ("syria", "Asia/Damascus"),
    ("taipei", "Asia/Taipei"),
    ("tasmania", "Australia/Hobart"),
    ("tocantins", "America/Araguaina"),
    ("tokyo", "Asia/Tokyo"),
    ("tomsk", "Asia/Tomsk"),
    ("tonga", "Pacific/Tongatapu"),
    ("transbaikal", "Asia/Chita"),
    ("turkey", "Europe/Istanbul"),
    ("turks and caicos", "America/Grand_Turk"),
    ("ulaanbaatar", "Asia/Ulaanbaatar"),
    ("us eastern", "America/Indiana/Indianapolis"),
    ("us mountain", "America/Phoenix"),
    ("venezuela", "America/Caracas"),
    ("vladivostok", "Asia/Vladivostok"),
    ("volgograd", "Europe/Volgograd"),
    ("w. australia", "Australia/Perth"),
    ("w. central africa", "Africa/Lagos"),
    ("w. europe", "Europe/Berlin"),
    ("w. mongolia", "Asia/Hovd"),
    ("west asia", "Asia/Tashkent"),
    ("west bank", "Asia/Hebron"),
    ("west pacific", "Pacific/Port_Moresby"),
    ("yakutsk", "Asia/Yakutsk"),
    ("yukon", "America/Whitehorse"),
];

/// Reads the name of a zone; where it is none, says what to write instead.
pub(super) fn read(name: &str) -> Result<Tz, String> {
    name.parse::<Tz>().map_err(|_| remedy(name))
}

/// Says why a zone that is one is probably not meant.
/// Tells whether a text is the abbreviation of a zone, such as `PDT`.
pub(super) fn is_abbreviation(text: &str) -> bool {
    let is_word = matches!(text.len(), 3..=5) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let lower = text.to_lowercase();
    let is_fixed = FIXED.iter().any(|(known, _)| *known == text);
    is_word && (is_fixed || COMMON.iter().any(|(known, _)| *known == lower))
}

pub(super) fn doubt(name: &str) -> Option<String> {
    let (_, places) = FIXED.iter().find(|(fixed, _)| *fixed == name)?;
    Some(format!("write a place: {places}"))
}

fn remedy(name: &str) -> String {
    let plain = plain(name);
    let found =
        |table: &[(&str, &'static str)]| table.iter().find(|(known, _)| *known == plain).map(|(_, names)| *names);
    if let Some(names) = found(&COMMON).or_else(|| found(&WINDOWS)) {
        let names: Vec<String> = names.split(", ").map(|name| format!("`{name}`")).collect();
        return format!("write an IANA name: {}", names.join(" or "));
    }
    if let Some(remedy) = offset(name) {
        return remedy;
    }
    let mut zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let spaced = |zone: &str| zone.to_lowercase().replace('_', " ");
    let is_city = |zone: &&str| spaced(zone).rsplit_once('/').is_some_and(|(_, city)| city == plain);
    if let Some(zone) = zones.clone().find(|zone| spaced(zone) == plain).or_else(|| zones.find(is_city)) {
        return format!("did you mean `{zone}`?");
    }
    match nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "write an IANA name, such as `America/New_York`".to_owned(),
    }
}

/// Returns a name in lower case, without what many say besides: an offset in brackets before it, countries in brackets
/// after it, "standard", "daylight" and "time".
fn plain(name: &str) -> String {
    let lower = name.to_lowercase().replace('_', " ");
    if let Some(name) = lower.strip_suffix("(mexico)") {
        return plain(name) + " mexico";
    }
    let name = lower.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(lower.as_str(), |(_, name)| name);
    let name = name.split_once('(').map_or(name, |(name, _)| name).trim();
    let name = name.strip_suffix(" time").unwrap_or(name);
    let ends = [" standard", " daylight", " summer"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
}

/// Says of an offset, such as `UTC+2` or `-05:00`, what to write instead.
fn offset(name: &str) -> Option<String> {
    let lower = name.to_lowercase().replace(' ', "");
    let offset = ["utc", "gmt", "z"].iter().find_map(|start| lower.strip_prefix(start)).unwrap_or(&lower);
    let ahead = match offset.as_bytes().first()? {
        b'+' => true,
        b'-' => false,
        _ => return None,
    };
    let (hours, minutes) = match offset[1..].split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if offset.len() == 5 => offset[1..].split_at_checked(2)?,
        None => (&offset[1..], "0"),
    };
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    // IANA counts these from there to here: five hours behind UTC is `Etc/GMT+5`.
    let fixed = format!("Etc/GMT{}{hours}", if ahead { '-' } else { '+' });
    let place = "an offset has no summer time: write the IANA name of the shop's place, such as `Europe/Athens`";
    let is_zone = minutes == 0 && fixed.parse::<Tz>().is_ok();
    Some(if is_zone { format!("{place}, or `{fixed}` for this offset all year") } else { place.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggestion_is_a_zone_and_no_name_stands_twice() {
        for table in [&COMMON[..], &WINDOWS[..]] {
            for (name, zones) in table {
                assert_eq!(plain(name), *name);
                for zone in zones.split(", ") {
                    assert!(zone.parse::<Tz>().is_ok(), "{name}: {zone}");
                }
            }
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        for (name, _) in FIXED {
            assert!(read(name).is_ok() && doubt(name).is_some());
        }
        assert_eq!(doubt("CET"), None);
    }

    #[test]
    fn what_people_write_leads_to_names_of_iana() {
        let cases = [
            ("PST", "write an IANA name: `America/Los_Angeles` or `Asia/Manila`"),
            ("EDT", "write an IANA name: `America/New_York`"),
            ("CEST", "write an IANA name: `Europe/Paris` or `Europe/Berlin`"),
            ("Eastern Time", "write an IANA name: `America/New_York`"),
            ("eastern daylight time", "write an IANA name: `America/New_York`"),
            ("Eastern Standard Time", "write an IANA name: `America/New_York`"),
            ("(UTC-05:00) Eastern Time (US & Canada)", "write an IANA name: `America/New_York`"),
            ("W. Europe Standard Time", "write an IANA name: `Europe/Berlin`"),
            ("Central Standard Time (Mexico)", "write an IANA name: `America/Mexico_City`"),
            ("China Standard Time", "write an IANA name: `Asia/Shanghai`"),
            ("Kiev", "write an IANA name: `Europe/Kyiv`"),
            ("america/new_york", "did you mean `America/New_York`?"),
            ("New York", "did you mean `America/New_York`?"),
            ("berlin", "did you mean `Europe/Berlin`?"),
            ("utc", "did you mean `UTC`?"),
            ("Europe/Londn", "did you mean `Europe/London`?"),
            ("12345", "write an IANA name, such as `America/New_York`"),
        ];
        for (name, remedy) in cases {
            assert_eq!(read(name), Err(remedy.to_owned()), "{name}");
        }
    }

    #[test]
    fn an_offset_is_no_zone() {
        let place = "an offset has no summer time: write the IANA name of the shop's place, such as `Europe/Athens`";
        for (name, fixed) in [
            ("UTC+2", "Etc/GMT-2"),
            ("GMT-5", "Etc/GMT+5"),
            ("+02:00", "Etc/GMT-2"),
            ("-0500", "Etc/GMT+5"),
            ("UTC +08:00", "Etc/GMT-8"),
        ] {
            assert_eq!(read(name), Err(format!("{place}, or `{fixed}` for this offset all year")), "{name}");
        }
        assert_eq!(read("UTC+5:30"), Err(place.to_owned()));
        assert_eq!(read("+99"), Err(place.to_owned()));
    }
}
