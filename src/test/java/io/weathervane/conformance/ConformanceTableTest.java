package io.weathervane.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/mcp-conformance.md names a test for every promise, and every test that it names exists. */
class ConformanceTableTest {
    private static final int LINES = 92;
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| (.+?) \\| (.+?) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern SCENARIO = Pattern.compile("`suite:[a-z0-9-]+`");

    private final List<Matcher> rows = rows();
    private final Map<String, Path> sources = sources();

    @Test
    void hasEveryLineOnceInOrder() {
        assertThat(rows.stream().map(row -> Integer.parseInt(row.group(1))))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, LINES).boxed().toList());
    }

    @Test
    void namesATestOrSaysWhyThereIsNone() {
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.group(3))
                        .satisfiesAnyOf(
                                held -> assertThat(held).containsPattern(TEST),
                                held -> assertThat(held).containsPattern(SCENARIO),
                                held -> assertThat(held).matches("not (applicable|held): .{10,}")));
    }

    @Test
    void namesTestsThatExist() {
        List<String> missing = rows.stream()
                .flatMap(row -> TEST.matcher(row.group(3))
                        .results()
                        .filter(test -> !hasTest(test.group(1), test.group(2)))
                        .map(test -> "line " + row.group(1) + ": " + test.group()))
                .toList();

        assertThat(missing).isEmpty();
    }

    private boolean hasTest(String name, String method) {
        Path source = sources.get(name + ".java");
        return source != null
                && Pattern.compile("@(Parameterized)?Test\\b[^{}]*?(\\{[^{}]*?})?[^{}]*?void " + method + "\\(")
                        .matcher(withoutTexts(source))
                        .find();
    }

    /** The source without its string literals, which have braces of their own. */
    private static String withoutTexts(Path source) {
        try {
            return Files.readString(source)
                    .replaceAll("(?s)\"\"\".*?\"\"\"", "\"\"")
                    .replaceAll("\"(\\\\.|[^\"\\\\\\n])*\"", "\"\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Matcher> rows() {
        try (Stream<String> lines = Files.lines(Path.of("docs/mcp-conformance.md"))) {
            return lines.map(ROW::matcher).filter(Matcher::matches).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Path> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith("Test.java")
                            || file.toString().endsWith("IT.java"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString(), file -> file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
