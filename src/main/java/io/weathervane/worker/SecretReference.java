package io.weathervane.worker;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret is kept: {@code ${env:NAME}} or {@code ${file:PATH}}. It is what is stored and shown; the secret itself is
 * read when a request needs it.
 *
 * @param name of the variable, or the path of the file
 */
public record SecretReference(Source source, String name) {
    /** What a reference may look like, for a sentence that refuses another one. */
    public static final String FORMS = "${env:NAME} or ${file:PATH}";

    static final Pattern IN_TEXT = Pattern.compile("\\$\\{(env|file):([^{}$\\p{Cntrl}]{1,1000})}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What keeps it. */
    public enum Source {
        /** A variable of the server's environment. */
        ENV,
        /** A file that the server may read. */
        FILE
    }

    public SecretReference {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a reference must name a variable or a file");
        }
        if (source == Source.ENV && !VARIABLE.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of a variable");
        }
    }

    /** A variable of the server's environment. */
    public static SecretReference env(String variable) {
        return new SecretReference(Source.ENV, variable);
    }

    /** A file. */
    public static SecretReference file(Path path) {
        return new SecretReference(Source.FILE, path.toString());
    }

    /** The reference that this text is, and nothing else. */
    public static Optional<SecretReference> parse(String text) {
        Matcher matcher = IN_TEXT.matcher(text);
        return matcher.matches() ? Optional.of(of(matcher)) : Optional.empty();
    }

    static SecretReference of(Matcher found) {
        return new SecretReference(Source.valueOf(found.group(1).toUpperCase(Locale.ROOT)), found.group(2));
    }

    /** For a sentence: {@code the environment variable NAME}, {@code the file PATH}. */
    public String inWords() {
        return (source == Source.ENV ? "the environment variable " : "the file ") + name;
    }

    @Override
    public String toString() {
        return "${" + source.name().toLowerCase(Locale.ROOT) + ":" + name + "}";
    }
}
