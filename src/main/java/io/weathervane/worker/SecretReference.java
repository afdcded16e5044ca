package io.weathervane.worker;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reference to a secret: {@code ${env:NAME}}, {@code ${file:PATH}}, or {@code ${client:FILE#server.env.KEY}}. The
 * reference is stored and shown; the secret itself is read when a request needs it.
 *
 * @param name of the variable, the path of the file, or the file of an MCP client and the value in it
 */
public record SecretReference(Source source, String name) {
    /** What a reference may look like, for a sentence that refuses another one. */
    public static final String FORMS = "${env:NAME} or ${file:PATH}";

    static final Pattern IN_TEXT = Pattern.compile("\\$\\{(env|file|client):([^{}$\\p{Cntrl}]{1,1000})}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Place that keeps a secret. */
    public enum Source {
        /** A variable of the server's environment. */
        ENV,
        /** A file that the server may read. */
        FILE,
        /** A value in the configuration file of an MCP client, which only {@code --mcp-config} refers to. */
        CLIENT
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

    /** A value in a client's file. */
    public static SecretReference client(String fileAndValue) {
        return new SecretReference(Source.CLIENT, fileAndValue);
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
        return switch (source) {
            case ENV -> "the environment variable " + name;
            case FILE -> "the file " + name;
            case CLIENT -> "the client's " + name;
        };
    }

    @Override
    public String toString() {
        return "${" + source.name().toLowerCase(Locale.ROOT) + ":" + name + "}";
    }
}
