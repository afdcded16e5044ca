package io.weathervane.util;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that people write in sentences: "the password is …", "api key = …", "set the pwd for prod to …". What follows
 * is one when it has a digit or a symbol; a plain word is one, too, unless it is a word that says how secrets are
 * ("expired", "in the vault"). Every quantifier has a bound, as in {@link SecretPatterns}.
 */
final class SecretSentenceRedactor {
    static final String WORD = "[\\w.@/-]{1,30}+";

    static final String NOUN = "(?<![A-Za-z0-9])(pass(?:words?|phrases?|wds?|codes?|keys?)|pwds?|pws?|secrets?|tokens?"
            + "|cred(?:ential)?s?|pins?|otps?"
            + "|(?:api|access|secret|private|signing|encryption|license|master|account|auth|shared)[ _-]?keys?)";

    /** "for the staging database", "(prod)". */
    private static final String WHOSE =
            "(?: (?:for|of|on) " + WORD + "(?: " + WORD + "){0,2}?)??(?: \\([^()\\n]{1,40}+\\))?+";

    private static final String IS = "(?: (?:(?:will|should|must|has|had|have|shall|can) )?+"
            + "(?:is|was|are|were|be|been|becomes|became|equals)"
            + "(?: (?:set|changed|reset|updated|rotated)(?: back)?+ (?:to|as))?+:?+ {1,3}"
            + "| (?:set|changed|reset|updated)(?: back)?+ (?:to|as):?+ {1,3}| {0,3}(?:=>?|:|->) {1,3})";

    private static final Pattern STATED = Pattern.compile(NOUN + WHOSE + IS + "(?=\\S)", Pattern.CASE_INSENSITIVE);

    private static final Pattern CHANGED = Pattern.compile(
            "\\b(?:set|setting|chang(?:e|ed|ing)|reset|updat(?:e|ed|ing)) (?:" + WORD + " ){0,3}?" + NOUN + WHOSE
                    + " (?:back )?+(?:to|as) {1,3}(?=\\S)",
            Pattern.CASE_INSENSITIVE);

    static final String CHANGES =
            "(?:rotat(?:e|ed|ing|ion of)|chang(?:e|ed|ing|e of)|updat(?:e|ed|ing)|replac(?:e|ed|ing)|reset|set)";

    /** "rotate the password from tiger to lion", "the password was changed from …". */
    private static final Pattern FROM = Pattern.compile(
            "(?:\\b" + CHANGES + " (?:" + WORD + " ){0,3}?" + NOUN + WHOSE + "|" + NOUN + WHOSE
                    + " (?:(?:was|were|is|has been|had been|got) )?+(?:rotated|changed|updated|reset|went|goes))"
                    + " (?:back )?+from {1,3}(?=\\S)",
            Pattern.CASE_INSENSITIVE);

    /** {@code passphrase=correct horse battery staple}: of fewer words only the first is the value. */
    private static final Pattern PHRASE = Pattern.compile(
            "(?<![A-Za-z0-9])(pass(?:phrase|word))[=:](?=[A-Za-z]{1,30} [A-Za-z])", Pattern.CASE_INSENSITIVE);

    private static final Pattern TO = Pattern.compile("[\"'`]?+ (?:in)?to {1,3}(?=\\S)");

    static final List<Pattern> PATTERNS = List.of(STATED, CHANGED, FROM, PHRASE);

    /** A passphrase has words of which each by itself may be any; more of them make no sentence without its small ones. */
    private static final int PHRASE_MIN = 4;

    private static final int PHRASE_MAX = 24;

    /** Between the verb and what is said: "is now …", "was still …". */
    private static final Set<String> ADVERBS =
            Set.of("now", "still", "just", "actually", "currently", "again", "also", "simply", "really", "always");

    private static final int ADVERBS_MAX = 3;

    /** "3", "5m", "90d", "20%", "v2": an amount, an age or a version. */
    private static final Pattern AMOUNT =
            Pattern.compile("v?\\d{1,6}(?:[.:]\\d{1,6}){0,3}(?:ms|s|m|h|d|w|x|k|%|st|nd|rd|th|min|[kmg]i?b)?");

    private static final Pattern DIGITS = Pattern.compile("\\d{4,12}");
    private static final Pattern PLAIN_WORD = Pattern.compile("\\p{L}{1,60}(?:['’-]\\p{L}{1,60}){0,4}");

    /** "expired", "rotating", "unreadable"; short ones are words like any other. */
    private static final Pattern PARTICIPLE = Pattern.compile("\\p{L}{3,40}ed|\\p{L}{4,40}(?:ing|able|ible)");

    /** A word that is said of a secret, or goes on with the sentence. */
    private static final Set<String> ORDINARY = Set.of(
            ("a n/a read/write base64url case nearly past rate-limited see single-use able about above absent accepted"
                            + " accidentally active after alive all allow almost already an and another answer any anybody anyone"
                            + " anything apparently are aren't as at automatically avoid bad base64 be bearer because been before"
                            + " begun behind being below best better between beyond blank bogus both bought bound broken brought"
                            + " built but by can can't cannot case-sensitive caught cause chosen clear clearly cleartext come"
                            + " common completely comply constant correct correctly corrupt could culprit current cut daily dead"
                            + " default definitely did didn't different do does doesn't don't done down drawn driven due dynamic"
                            + " each early elsewhere empty entirely equal even every everybody everyone everything evidently"
                            + " expire expired expires fails fake false few fine first fix for forever forgotten found fresh"
                            + " freshly from frozen full fully genuine get given global gone good got gotten grown had has hasn't"
                            + " have haven't having he held help her here hex hidden his hit hmac hourly how i identical if in"
                            + " in-memory inactive incorrect incorrectly insecure intact into invalid invalidated is isn't issue"
                            + " it its json jwt keep kept key known laid last late leaked least left less let likely live local"
                            + " long long-lived longer lost made make malformed mandatory manually many match may mitigate maybe"
                            + " met might missing monthly more most much must my necessary needed neither never new newer newly"
                            + " next no nobody none nor not not-set nothing nowhere null obviously of off ok okay old older on one"
                            + " one-time only onto opaque optional or other our out out-of-date over overwritten own paid part"
                            + " partially partly per per-tenant per-user perhaps permanent permanently personal plain plaintext"
                            + " please possibly present prevent previous private probably problem properly public publicly put"
                            + " question quite random rather read read-only readable ready real reason recover recent recently"
                            + " redacted refused rejected required reset restore revoked rewritten right rotated rotates rsa run"
                            + " safe safely said same secret secure seen sensitive sent separate set several sha256 shall shared"
                            + " she short short-lived shorter should shown shut since so sold some somebody someone something"
                            + " spent split spread stale start static step stolen stop strong stronger stuck such sworn taken"
                            + " temporarily temporary test that the their there these they thing this those three through thrown"
                            + " to today told tomorrow too torn true two unable unblock undefined under understood unique unknown"
                            + " unnecessary unsafe unset until up up-to-date use valid very via verify visible void was wasn't way"
                            + " we weak weaker weekly were weren't what when where whether which who whoever whose why will with"
                            + " withdrawn within without won won't work works worn worse would writable write-only written wrong"
                            + " wrongly xxx yearly yes yesterday yet you your")
                    .split(" "));

    private SecretSentenceRedactor() {}

    static RedactedText redact(String text) {
        RedactedText phrases = redact(PHRASE, text);
        RedactedText stated = redact(STATED, phrases.text());
        RedactedText changed = redact(CHANGED, stated.text());
        RedactedText from = redactFrom(changed.text());
        RedactedText beside = AdjacentSecretRedactor.redact(from.text());
        int first = phrases.count() + stated.count();
        return new RedactedText(beside.text(), first + changed.count() + from.count() + beside.count());
    }

    /** Both the old one and the new one. */
    private static RedactedText redactFrom(String text) {
        Matcher matcher = FROM.matcher(text);
        Matcher to = TO.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        int at = 0;
        while (matcher.find(at)) {
            String noun = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            int next = matcher.end();
            at = next;
            for (int i = 0; i < 2 && next >= 0; i++) {
                SecretValueSpan value = value(text, next);
                if (isSecret(noun.toLowerCase(Locale.ROOT), text, value)) {
                    out.append(text, kept, value.start()).append(Redactor.MARK);
                    kept = value.end();
                    count++;
                }
                at = Math.max(at, value.end());
                next = to.region(at, text.length()).lookingAt() ? to.end() : -1;
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }

    private static RedactedText redact(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        int from = 0;
        while (matcher.find(from)) {
            SecretValueSpan first = value(text, matcher.end());
            SecretValueSpan value = phrase(matcher.group(1), text, first);
            from = Math.max(matcher.end(), value.start());
            boolean possible = !pattern.equals(PHRASE) || value.end() > first.end();
            if (possible && isSecret(matcher.group(1).toLowerCase(Locale.ROOT), text, value)) {
                out.append(text, kept, value.start()).append(Redactor.MARK);
                kept = value.end();
                from = value.end();
                count++;
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }

    /** What is said after adverbs, without what ends the sentence. */
    private static SecretValueSpan value(String text, int at) {
        SecretValueSpan value = trimmed(text, SecretValueSpan.at(text, at));
        for (int i = 0; i < ADVERBS_MAX && ADVERBS.contains(lower(text, value)); i++) {
            int next = value.end();
            while (next < text.length() && text.charAt(next) == ' ') {
                next++;
            }
            if (next == value.end() || next == text.length()) {
                return value;
            }
            value = trimmed(text, SecretValueSpan.at(text, next));
        }
        return value;
    }

    /** With the further words of a phrase: "passphrase: correct horse battery staple". */
    private static SecretValueSpan phrase(String noun, String text, SecretValueSpan first) {
        String kind = noun.toLowerCase(Locale.ROOT);
        boolean given = kind.equals("passphrase") || (kind.startsWith("pass") && isAfterColon(text, first));
        if (!given || kind.endsWith("ds") || first.isQuoted(text) || !isWordOfPhrase(text, first)) {
            return first;
        }
        int words = 1;
        SecretValueSpan last = first;
        while (words < PHRASE_MAX && last.end() + 1 < text.length() && text.charAt(last.end()) == ' ') {
            SecretValueSpan next = trimmed(text, SecretValueSpan.at(text, last.end() + 1));
            if (!isWordOfPhrase(text, next) || ORDINARY.contains(lower(text, next))) {
                break;
            }
            last = next;
            words++;
        }
        boolean ends = last.end() == text.length() || ".,;\"'\n\r)".indexOf(text.charAt(last.end())) >= 0;
        boolean named = kind.equals("passphrase")
                && text.charAt(first.start() - 1) == ' '
                && !ORDINARY.contains(lower(text, first));
        return named || (words >= PHRASE_MIN && ends) ? new SecretValueSpan(first.start(), last.end()) : first;
    }

    private static boolean isAfterColon(String text, SecretValueSpan value) {
        int at = value.start() - 1;
        while (at > 0 && text.charAt(at) == ' ') {
            at--;
        }
        return at >= 0 && ":=>".indexOf(text.charAt(at)) >= 0;
    }

    private static boolean isWordOfPhrase(String text, SecretValueSpan value) {
        String word = text.substring(value.start(), value.end());
        return PLAIN_WORD.matcher(word).matches() && !PARTICIPLE.matcher(word).matches();
    }

    static SecretValueSpan trimmed(String text, SecretValueSpan value) {
        int end = value.end();
        while (end > value.start() && ".,;:!?)]}…`".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return new SecretValueSpan(value.start(), end);
    }

    static boolean isSecret(String noun, String text, SecretValueSpan value) {
        String word = lower(text, value);
        // Only what a mark has left of a value begins with a bracket.
        if (word.isEmpty()
                || word.startsWith("[")
                || word.startsWith("<")
                || word.startsWith("*")
                || word.startsWith("$")
                || ORDINARY.contains(word)) {
            return false;
        }
        if (noun.startsWith("pin")) {
            return DIGITS.matcher(word).matches();
        }
        if (value.isQuoted(text) || word.indexOf(' ') > 0) {
            return true;
        }
        if (AMOUNT.matcher(word).matches()) {
            return !noun.startsWith("token") && DIGITS.matcher(word).matches();
        }
        if (!PLAIN_WORD.matcher(word).matches()) {
            return !NonSecretWords.isReference(word);
        }
        boolean several = noun.endsWith("s") && !noun.endsWith("ss");
        return !several && !PARTICIPLE.matcher(word).matches();
    }

    private static String lower(String text, SecretValueSpan value) {
        return text.substring(value.start(), value.end()).toLowerCase(Locale.ROOT);
    }
}
