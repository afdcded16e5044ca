package io.weathervane.util;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Words with digits or symbols in them that people write beside "token" or "password" and that are none. */
final class NonSecretWords {
    /** What names something by its own form. */
    private static final List<Pattern> REFERENCES = patterns(
            // Versions and what is pinned to one: v2.31.0-rc1, requests==2.31, node@20.1.
            "v?\\d{1,6}(?:\\.\\d{1,6}){1,4}(?:[-+.][a-z0-9.]{1,30})?",
            "v\\d{1,4}(?:[a-z]{1,5}\\d{0,3})?",
            "[a-z][\\w.-]{0,60}(?:\\[[\\w,-]{1,40}\\])?(?:==|>=|<=|~=|!=|\\^|@v?\\d)\\S{0,60}",
            // Tickets and advisories: OPS-123, INC0012345, CVE-2024-1234, #12, GH#12.
            "[a-z][a-z0-9]{1,9}-\\d{1,7}(?:-\\d{1,7})?",
            "(?:inc|chg|prb|req|ritm|task|rfc|pr|gh|mr|adr)?[-#]?\\d{1,10}",
            // Times, dates, amounts.
            "\\d{4}-\\d{2}-\\d{2}(?:t[\\d:.,+z-]{1,30})?",
            "\\d{1,3}(?:[:.,]\\d{1,6}){0,3}(?:ns|us|ms|s|m|h|d|w|x|k|%|st|nd|rd|th|am|pm|min|[kmg]i?b|rps|qps)?(?:/\\w{1,6})?",
            // Digests, images, hosts with a port, addresses.
            "(?:[\\w./-]{1,120}@)?sha\\d{1,3}[:-]\\S{1,200}",
            "[a-z][\\w./-]{0,120}:(?:v?\\d[\\d.]{0,20}(?:-[a-z0-9.]{1,20})?|latest|stable|main)",
            "(?:[a-z0-9-]{1,63}\\.){2,6}[a-z]{2,20}(?::\\d{1,5})?",
            "(?:\\d{1,3}\\.){3}\\d{1,3}(?:[:/]\\d{1,5})?",
            // Places: a URL, a path, a file.
            "[a-z][a-z0-9+.-]{1,30}://\\S{0,4000}",
            "(?:~|\\.{1,2})?/\\S{0,4000}",
            "[a-z][\\w-]{0,60}(?:/[a-z][\\w-]{0,60}){1,8}/?",
            "[\\w./-]{1,200}\\.(?:ya?ml|json|env|pem|crt|cert|txt|md|sh|py|js|ts|go|rs|java|rb|conf|cfg|ini|toml|log|sql|tf"
                    + "|html?|gz|tgz|zip|db|properties|xml|csv)(?::\\d{1,6})?",
            // Names of algorithms and of well-known things.
            "(?:[rhep]s(?:256|384|512)|sha-?\\d{1,3}(?:sum)?|md[45]|aes-?\\d{3}(?:-[a-z]{3})?|rsa-?\\d{4}|ed25519|secp256[kr]1"
                    + "|base(?:32|58|64)(?:url)?|utf-?(?:8|16)|x\\.?509(?:v3)?|pkcs-?#?\\d{1,2}|p12|oauth-?[12](?:\\.\\d)?"
                    + "|http/?[123](?:\\.\\d)?|tlsv?1(?:\\.\\d)?|ipv[46]|k[38]s|s3|ec2|[23]fa|argon2(?:id|i|d)?|i18n|log4j2?|h2|p\\d{2}"
                    + "|java\\d{1,2}|python[23]?(?:\\.\\d{1,2})?|node(?:js)?\\d{1,2}|q[1-4]|pop3|route53|auth0|oidc2?)",
            // A name and what it is set to, an option, a call: looked at by itself.
            "-{1,2}[a-z][\\w-]{0,60}(?:=\\S{0,4000})?",
            "[a-z_][\\w.-]{0,80}=.{1,4000}",
            "[a-z_][\\w.]{0,80}\\(.{0,200}");

    /** Names with a number at their end, such as those of services and hosts: payments-2, us-east-1, secret-store-v2. */
    private static final Pattern NUMBERED = Pattern.compile(
            "[a-z]{2,30}(?:[-_][a-z]{1,30}){0,5}[-_]v?\\d{1,4}|[\\w.+-]{1,60}@[a-z0-9-]{1,60}(?:\\.[a-z]{2,20}){1,4}",
            Pattern.CASE_INSENSITIVE);

    /** First words of a sentence that goes on about a secret instead of giving it. */
    private static final Set<String> SENTENCES = Set.of(
            ("see ask in from at on under via not never is was are were has have had does did can cannot must should"
                            + " will would may might the this that these those it its we they you i who when where why how if no"
                            + " none stored kept saved lives held moved rotated rotating revoked expired leaked exposed"
                            + " compromised unchanged unknown wrong tbd todo n/a pending please contact look rejected refused"
                            + " accepted both each every all any by as and or but because since until after before now only"
                            + " already still again too managed injected mounted generated provided issued renewed")
                    .split(" "));

    private NonSecretWords() {}

    /** Whether the word names something else than a secret, in whatever sentence it stands. */
    static boolean isReference(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return REFERENCES.stream().anyMatch(pattern -> pattern.matcher(lower).matches());
    }

    /** Whether the word may be the name of a host or a service, or an address: no secret unless it is said to be one. */
    static boolean isName(String word) {
        return NUMBERED.matcher(word).matches();
    }

    /** Whether a sentence begins with this word, in place of a secret. */
    static boolean beginsSentence(String word) {
        return SENTENCES.contains(word.toLowerCase(Locale.ROOT));
    }

    private static List<Pattern> patterns(String... patterns) {
        return Stream.of(patterns).map(Pattern::compile).toList();
    }
}
