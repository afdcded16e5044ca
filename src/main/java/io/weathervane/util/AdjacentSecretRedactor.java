package io.weathervane.util;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that stand beside their noun: "Token abcd1234efgh leaked", "use hunter2 as the password". Beside a noun a word
 * counts as a secret when it has letters and digits mixed and names nothing else ({@link NonSecretWords}); a plain word
 * only when it is said to be used as one. Every quantifier has a bound, as in {@link SecretPatterns}.
 */
final class AdjacentSecretRedactor {
    private static final String OWNER = "(?:(?:the|a|an|our|my|your|his|her|its|their|this) )";

    /** Behind the noun: the end of the clause, not a word that the noun belongs to ("the secret store"). */
    private static final String CLAUSE_ENDS = "(?=[ \\t]{0,3}(?:[.,;:!?)\\]\"'}\\r"
            + "\\n"
            + "]|$)|"
            + " (?:for|on|in|of|at|to|and|until|again|everywhere|now|when|because|but|or|so|then|if|while|after|before|from|by"
            + "|with|that|which|instead|there|here|today)\\b)";

    private static final String HAPPENS =
            "(?= (?:leaked|exposed|was|were|is|are|has|had|got|still|must|should|needs?|will"
                    + "|expired|works?|worked|appeared|appears|showed|shows)\\b)";

    private static final Pattern BEFORE = Pattern.compile(
            "(?<!unexpected )(?<!unrecognized )" + SecretSentenceRedactor.NOUN
                    + "(?:['’]s)?+(?:,? ?[-–—]{0,2}[ \\t]{1,3}[(`]?+)(?=[^\\s(`])",
            Pattern.CASE_INSENSITIVE);

    /** "changed password hunter2 to lion", once the first of the two is taken out. */
    private static final Pattern SUCCESSOR = Pattern.compile(
            "\\b" + SecretSentenceRedactor.CHANGES + " (?:" + SecretSentenceRedactor.WORD + " ){0,3}?"
                    + SecretSentenceRedactor.NOUN
                    + "(?:['’]s)?+ [\"'`]?+\\[redacted][\"'`]?+ {0,3}(?:(to|into)|with|by|for|(->|=>|→)) {1,3}(?=\\S)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern USED_AS = Pattern.compile(
            " as " + OWNER + "?(?:" + SecretSentenceRedactor.WORD + " ){0,2}?" + SecretSentenceRedactor.NOUN + "(?:"
                    + CLAUSE_ENDS + "|" + HAPPENS + ")",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern IS_ONE = Pattern.compile(
            " (?:is|was|are|were) (?:(?:still|now|also|just) )?+" + OWNER + "(?:" + SecretSentenceRedactor.WORD
                    + " ){0,2}?" + SecretSentenceRedactor.NOUN + CLAUSE_ENDS,
            Pattern.CASE_INSENSITIVE);

    private static final Pattern AFTER = Pattern.compile(
            "[ \\t]" + SecretSentenceRedactor.NOUN + "(?:" + CLAUSE_ENDS + "|" + HAPPENS + ")",
            Pattern.CASE_INSENSITIVE);

    /** "creds are bob / hunter2". */
    private static final Pattern PAIR = Pattern.compile(
            "(?<![A-Za-z0-9])(cred(?:ential)?s?)(?: (?:is|are|was|were)\\b)?+:?+ {1,3}[\\w.@-]{1,60}+ ?/"
                    + " ?(?=[^\\s/])",
            Pattern.CASE_INSENSITIVE);

    /** "the pass is hunter2", "the key is abcd1234efgh": these nouns mean much else. */
    private static final Pattern SAID = Pattern.compile(
            "(?<![A-Za-z0-9_-])(pass|keys?) (?:is|was|are|were):?+ {1,3}(?=\\S)", Pattern.CASE_INSENSITIVE);

    static final List<Pattern> PATTERNS = List.of(BEFORE, SUCCESSOR, PAIR, SAID, USED_AS, IS_ONE, AFTER);

    private static final Set<String> USED = Set.of(
            "use", "uses", "used", "using", "enter", "entered", "try", "tried", "type", "typed", "set", "with", "put",
            "send", "sent", "supply", "give", "gave", "pass", "take", "took", "chose", "choose");

    /** What is used to keep or to get secrets. */
    private static final Set<String> KEEPERS = Set.of(
            "vault",
            "kms",
            "ssm",
            "aws",
            "gcp",
            "azure",
            "oidc",
            "sso",
            "ldap",
            "github",
            "gitlab",
            "okta",
            "keycloak",
            "kubernetes",
            "1password",
            "bitwarden",
            "sops",
            "spiffe",
            "doppler");

    private static final int LENGTH_MIN = 6;
    private static final int PASSWORD_MIN = 4;
    private static final int STRONG_MIN = 8;
    private static final int LENGTH_MAX = 4_000;
    private static final Pattern CODE = Pattern.compile("\\d{4,8}");
    private static final Pattern DIGITS = Pattern.compile("\\d{6,20}");
    private static final Pattern NAME_AND_WORD = Pattern.compile("[\\w.-]{1,60}:[^\\s/:\\d][^\\s/:]{2,100}");

    private AdjacentSecretRedactor() {}

    /** A place in the text that is to be taken out, or none. */
    private interface Finder {
        SecretValueSpan find(Matcher noun, String text);
    }

    static RedactedText redact(String text) {
        RedactedText pair = each(PAIR, text, AdjacentSecretRedactor::mixedAfter);
        RedactedText before = each(BEFORE, pair.text(), AdjacentSecretRedactor::mixedAfter);
        RedactedText successor = each(SUCCESSOR, before.text(), AdjacentSecretRedactor::successor);
        RedactedText said = each(SAID, successor.text(), AdjacentSecretRedactor::strongAfter);
        RedactedText used = each(USED_AS, said.text(), (noun, all) -> {
            SecretValueSpan value = wordBefore(all, noun.start());
            String verb = word(all, wordBefore(all, gapBefore(all, value))).toLowerCase(Locale.ROOT);
            boolean given = USED.contains(verb)
                    && !KEEPERS.contains(word(all, value).toLowerCase(Locale.ROOT))
                    && SecretSentenceRedactor.isSecret(noun.group(1).toLowerCase(Locale.ROOT), all, value);
            return given || isMixed(noun.group(1), word(all, value)) ? value : none(noun);
        });
        RedactedText is = each(IS_ONE, used.text(), (noun, all) -> {
            SecretValueSpan value = wordBefore(all, noun.start());
            return isMixed(noun.group(1), word(all, value)) ? value : none(noun);
        });
        RedactedText after = each(AFTER, is.text(), (noun, all) -> {
            SecretValueSpan value = wordBefore(all, noun.start());
            return isStrong(word(all, value)) ? value : none(noun);
        });
        int first = pair.count() + before.count() + successor.count();
        return new RedactedText(after.text(), first + said.count() + used.count() + is.count() + after.count());
    }

    private static SecretValueSpan mixedAfter(Matcher noun, String text) {
        SecretValueSpan value = SecretSentenceRedactor.trimmed(text, SecretValueSpan.at(text, noun.end()));
        return isMixed(noun.group(1), word(text, value)) ? value : none(noun);
    }

    /** Behind "to" a plain word is one, too; "for" and "with" go on with a name as often. */
    private static SecretValueSpan successor(Matcher noun, String text) {
        SecretValueSpan value = SecretSentenceRedactor.trimmed(text, SecretValueSpan.at(text, noun.end()));
        boolean isNew = noun.group(2) != null || noun.group(3) != null;
        boolean plain = isNew && !KEEPERS.contains(word(text, value).toLowerCase(Locale.ROOT));
        boolean given = (plain || value.isQuoted(text))
                && SecretSentenceRedactor.isSecret(noun.group(1).toLowerCase(Locale.ROOT), text, value);
        return given || isMixed(noun.group(1), word(text, value)) ? value : none(noun);
    }

    private static SecretValueSpan strongAfter(Matcher noun, String text) {
        SecretValueSpan value = SecretSentenceRedactor.trimmed(text, SecretValueSpan.at(text, noun.end()));
        boolean secret = noun.group(1).equalsIgnoreCase("pass")
                ? isMixed(noun.group(1), word(text, value))
                : isStrong(word(text, value));
        return secret ? value : none(noun);
    }

    private static RedactedText each(Pattern pattern, String text, Finder finder) {
        Matcher noun = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int kept = 0;
        int count = 0;
        while (noun.find()) {
            SecretValueSpan value = finder.find(noun, text);
            if (value.end() > value.start() && value.start() >= kept) {
                out.append(text, kept, value.start()).append(Redactor.MARK);
                kept = value.end();
                count++;
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }

    private static SecretValueSpan none(Matcher noun) {
        return new SecretValueSpan(noun.start(), noun.start());
    }

    /** The word that ends before this place, without quotes and brackets around it; long ones are not looked at. */
    private static SecretValueSpan wordBefore(String text, int end) {
        int to = Math.max(0, end);
        while (to > 0 && "\"'`)],;:".indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        int from = to;
        int least = Math.max(0, to - LENGTH_MAX);
        while (from > least
                && !Character.isWhitespace(text.charAt(from - 1))
                && "\"'`(".indexOf(text.charAt(from - 1)) < 0) {
            from--;
        }
        return from == least && least > 0 ? new SecretValueSpan(to, to) : new SecretValueSpan(from, to);
    }

    /** Where the word before it ends: before a quote that may open, and the blank. */
    private static int gapBefore(String text, SecretValueSpan value) {
        int at = value.start();
        at -= at > 0 && "\"'`(".indexOf(text.charAt(at - 1)) >= 0 ? 1 : 0;
        return at > 0 && text.charAt(at - 1) == ' ' ? at - 1 : 0;
    }

    private static String word(String text, SecretValueSpan value) {
        return text.substring(value.start(), value.end());
    }

    private static boolean isMixed(String noun, String word) {
        String kind = noun.toLowerCase(Locale.ROOT);
        if (word.length() > LENGTH_MAX || word.startsWith("[") || word.startsWith("<") || word.startsWith("$")) {
            return false;
        }
        if (kind.startsWith("pin")) {
            return kind.equals("pin") && CODE.matcher(word).matches();
        }
        if (kind.startsWith("otp") || kind.startsWith("passcode")) {
            return CODE.matcher(word).matches();
        }
        boolean password = kind.startsWith("p");
        if (password && !kind.endsWith("ds") && DIGITS.matcher(word).matches()) {
            return true;
        }
        if (kind.startsWith("cred") && NAME_AND_WORD.matcher(word).matches()) {
            return !NonSecretWords.isReference(word);
        }
        return word.length() >= (password ? PASSWORD_MIN : LENGTH_MIN)
                && (hasLetterAndDigit(word) || (password && hasSymbol(word)))
                && !NonSecretWords.isReference(word)
                && !NonSecretWords.isName(word);
    }

    /** Before the noun much else stands that has a digit at its end: a secret has letters again after it. */
    private static boolean isStrong(String word) {
        if (word.length() < STRONG_MIN || word.length() > LENGTH_MAX || NonSecretWords.isReference(word)) {
            return false;
        }
        int letters = 0;
        int digits = 0;
        boolean again = false;
        int length = 0;
        boolean strong = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                length++;
                again |= digits > 0 && Character.isLetter(c);
                letters += Character.isLetter(c) ? 1 : 0;
                digits += Character.isDigit(c) ? 1 : 0;
            } else {
                letters = 0;
                digits = 0;
                length = 0;
                again = false;
            }
            strong |= length >= STRONG_MIN && again && letters > 0;
        }
        return strong && !word.startsWith("[");
    }

    private static boolean hasLetterAndDigit(String word) {
        return word.chars().anyMatch(Character::isLetter) && word.chars().anyMatch(Character::isDigit);
    }

    private static boolean hasSymbol(String word) {
        return word.chars().anyMatch(Character::isLetter) && word.chars().anyMatch(c -> "!@#$%^&*".indexOf(c) >= 0);
    }
}
