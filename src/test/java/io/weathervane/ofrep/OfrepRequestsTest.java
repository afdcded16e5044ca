package io.weathervane.ofrep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfrepRequestsTest {
    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"context\":", "nonsense", "\u0000"})
    void whatIsNotJsonIsAParseError(String body) {
        assertThat(problem(body).map(OfrepProblem::code)).contains(OfrepProblem.Code.PARSE_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"text\"", "{\"context\":[]}", "{\"context\":\"user\"}", "{\"context\":7}"})
    void aContextThatIsNoObjectIsInvalid(String body) {
        assertThat(problem(body).map(OfrepProblem::code)).contains(OfrepProblem.Code.INVALID_CONTEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"context\":null}",
                "{\"context\":{}}",
                "{\"context\":{\"targetingKey\":\"user-1\",\"n\":[1,{}]}}"
            })
    void noContextIsNeeded(String body) {
        assertThat(problem(body)).isEmpty();
    }

    @Test
    void aDeepContextIsRefusedAndDoesNotEndAnything() {
        assertThat(problem("{\"context\":" + "[".repeat(100_000)).map(OfrepProblem::code))
                .contains(OfrepProblem.Code.PARSE_ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "\"abc\", \"abc\", true",
        "abc, \"abc\", true",
        "W/\"abc\", \"abc\", true",
        "'\"x\", W/\"abc\"', \"abc\", true",
        "\"abd\", \"abc\", false",
        "'', \"abc\", false"
    })
    void tagsAreComparedWithoutQuotesAndWeakness(String known, String tag, boolean same) {
        assertThat(OfrepRequests.matches(Optional.of(known), tag)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({"TOOL%5FHINTS, TOOL_HINTS", "a%2Fb, a/b", "a+b, a+b", "%E2%82%AC, €", "%zz, %zz", "'', ''"})
    void keysAreDecoded(String encoded, String key) {
        assertThat(OfrepRequests.key(encoded)).isEqualTo(key);
    }

    private static Optional<OfrepProblem> problem(String body) {
        return OfrepRequests.problem(Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
    }
}
