package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where results differ, and which of these places the active worker's own unsteadiness excuses. */
class ResultDiffTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'a':1,'b':2}       | {'b':2,'a':1.0}         | ^^",
                "{'a':1}             | {'a':2}                 | changed /a",
                "{'a':1}             | {'a':'1'}               | type-changed /a",
                "{'a':1}             | {}                      | removed /a",
                "{}                  | {'a/b':null}            | added /a~1b",
                "{'a':null}          | {}                      | removed /a",
                "{'a':[1,2,3]}       | {'a':[1,3]}             | removed /a/1",
                "{'a':[1,3]}         | {'a':[1,2,3]}           | added /a/1",
                "{'a':[1,2]}         | {'a':[2,1]}             | changed /a/0, changed /a/1",
                "{'a':[{'b':1},2]}   | {'a':[{'b':9},2,3]}     | changed /a/0/b, added /a/2",
                "{'a':{'b':{'c':1}}} | {'a':{'b':{'c':2,'d':1}}} | changed /a/b/c, added /a/b/d",
                "[]                  | {}                      | type-changed ",
            })
    void places(String active, String canary, String places) {
        String found = ResultDiff.of(JsonText.value(active), JsonText.value(canary)).stream()
                .map(each -> each.kind() + " " + each.pointer())
                .collect(Collectors.joining(", "));

        assertThat(found.strip()).isEqualTo(places.strip());
    }

    @Test
    void onlySoManyPlacesAreKept() {
        String one =
                IntStream.range(0, 1000).mapToObj(i -> "'k" + i + "':1").collect(Collectors.joining(",", "{", "}"));

        assertThat(ResultDiff.of(JsonText.value(one), JsonText.value("{}"))).hasSize(ResultDiff.PLACES_MAX);
    }

    @ParameterizedTest(name = "active {0} and {1}, canary {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'n':1}               | {'n':2}               | {'n':3}               | true",
                "{'n':1}               | {'n':1}               | {'n':3}               | false",
                "{'n':1}               | {'n':2}               | {'n':'x'}             | false",
                "{'n':1}               | {'n':2}               | {}                    | false",
                "{'n':1}               | {}                    | {}                    | true",
                "{'n':1,'m':1}         | {'n':2,'m':1}         | {'n':3,'m':2}         | false",
                "{'t':'12 C at 16:01'} | {'t':'12 C at 16:02'} | {'t':'12 C at 16:03'} | true",
                "{'t':'12 C at 16:01'} | {'t':'12 C at 16:02'} | {'t':'13 C at 16:03'} | false",
                "{'t':'12 C at 16:01'} | {'t':'12 C at 16:02'} | {'t':'no model'}      | false",
                "{'a':[1]}             | {'a':[1,2]}           | {'a':[1,3]}           | true",
                "{'a':[1]}             | {'a':[2]}             | {'a':[3,4]}           | false",
            })
    void whatIsExcused(String once, String again, String canary, boolean excused) {
        NondeterminismFilter nondeterminism = NondeterminismFilter.of(JsonText.value(once), JsonText.value(again));
        List<ValueDifference> found = ResultDiff.of(JsonText.value(once), JsonText.value(canary));

        assertThat(found).isNotEmpty();
        assertThat(found.stream().allMatch(nondeterminism::excuses)).isEqualTo(excused);
    }
}
