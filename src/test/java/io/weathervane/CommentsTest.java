package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The comments of packages, types and methods, read from the sources: the first word tells what the thing is. */
class CommentsTest {
    private static final Path SOURCES = Path.of("src/main/java");

    /** A question for a comment: a reader has to guess the answer's subject. */
    private static final Pattern QUESTION =
            Pattern.compile("(What|How|Who|Whose|Whom|Which|Whether|Where|When|Why|That|If)\\b");

    private static final Pattern QUESTION_OF_METHOD = Pattern.compile("(What|How|Who|Whose|Whom)\\b");

    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("^public [^(;]*\\b(class|record|interface|enum)\\b", Pattern.MULTILINE);

    /** Strings in an annotation may have brackets. */
    private static final String ANNOTATIONS =
            "(?:@[\\w.]+(?:\\((?:[^()\"]|\"(?:[^\"\\\\]|\\\\.)*+\"|\\([^()]*\\))*+\\))?\\s*+)*+";

    private static final Pattern COMMENT =
            Pattern.compile("/\\*\\*((?:[^*]|\\*(?!/))*+)\\*/\\s*+" + ANNOTATIONS + "([^;{=/]*+)");
    private static final Pattern WHOLE = Pattern.compile("/\\*\\*((?:[^*]|\\*(?!/))*+)\\*/");
    private static final Pattern CODE = Pattern.compile("\\{@code [^}]*\\}");
    private static final Pattern PERSON =
            Pattern.compile("\\b(somebody|someone|nobody|whoever)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TYPE = Pattern.compile("^[^(]*\\b(?:class|record|interface|enum) (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+)");
    private static final Pattern METHOD = Pattern.compile("\\b(\\w*[a-z]\\w*)\\s*\\(");

    private record Comment(String name, String text) {
        /** With the asterisks between its lines left out. */
        static Comment of(String name, String raw) {
            return new Comment(name, raw.replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip());
        }

        boolean begins(Pattern words) {
            return words.matcher(text).lookingAt();
        }
    }

    private record Comments(List<Comment> packages, List<Comment> types, List<Comment> methods) {
        static Comments of(String source) {
            Comments comments = new Comments(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            Matcher found = COMMENT.matcher(source);
            while (found.find()) {
                Matcher ofPackage = PACKAGE.matcher(found.group(2));
                Matcher type = TYPE.matcher(found.group(2));
                Matcher method = METHOD.matcher(found.group(2));
                if (ofPackage.lookingAt()) {
                    comments.packages.add(Comment.of(ofPackage.group(1), found.group(1)));
                } else if (type.find()) {
                    comments.types.add(Comment.of(type.group(1), found.group(1)));
                } else if (method.find()) {
                    comments.methods.add(Comment.of(method.group(1), found.group(1)));
                }
            }
            return comments;
        }
    }

    @Test
    void noTypeIsDescribedByAQuestion() throws IOException {
        List<Comment> comments = sources()
                .flatMap(source -> Comments.of(source).types().stream())
                .toList();

        assertThat(comments).as("types with a comment").hasSizeGreaterThan(1_000);
        assertThat(comments.stream().filter(comment -> comment.begins(QUESTION)))
                .isEmpty();
    }

    @Test
    void noPackageIsDescribedByAQuestion() throws IOException {
        List<Comment> comments = sources()
                .flatMap(source -> Comments.of(source).packages().stream())
                .toList();

        assertThat(comments).as("packages with a comment").hasSizeGreaterThan(40);
        assertThat(comments.stream().filter(comment -> comment.begins(QUESTION)))
                .isEmpty();
    }

    @Test
    void noMethodOfAPublicTypeIsDescribedByAQuestion() throws IOException {
        List<Comment> comments = sources()
                .filter(source -> PUBLIC_TYPE.matcher(source).find())
                .flatMap(source -> Comments.of(source).methods().stream())
                .toList();

        assertThat(comments).as("methods with a comment").hasSizeGreaterThan(1_000);
        assertThat(comments.stream().filter(comment -> comment.begins(QUESTION_OF_METHOD)))
                .isEmpty();
    }

    /** A component has a name. What is in code, such as the operating system's user of this name, may be said. */
    @Test
    void noCommentSpeaksOfSomebodyOrNobody() throws IOException {
        List<String> comments = sources()
                .flatMap(source -> WHOLE.matcher(source)
                        .results()
                        .map(found -> CODE.matcher(found.group(1)).replaceAll("")))
                .toList();

        assertThat(comments).hasSizeGreaterThan(3_000);
        assertThat(comments.stream().filter(comment -> PERSON.matcher(comment).find()))
                .isEmpty();
    }

    @Test
    void findsTheCommentsOfTypesAndMethods() {
        Comments comments = Comments.of("""
                /**
                 * What it
                 * is.
                 */
                @Command(name = "a", list = {"0: a (b)"})
                final class Thing {
                    /** How far. */
                    private final int field = of(1);

                    /** Who is it? */
                    @Override
                    public String person(int number) {
                        return "";
                    }

                    /** Whose turn. */
                    record Turn(int number) {}
                }
                """);

        assertThat(comments.types())
                .containsExactly(new Comment("Thing", "What it is."), new Comment("Turn", "Whose turn."));
        assertThat(comments.methods()).containsExactly(new Comment("person", "Who is it?"));
    }

    private static Stream<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> sources = new ArrayList<>();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.add(Files.readString(file));
            }
            return sources.stream();
        }
    }
}
