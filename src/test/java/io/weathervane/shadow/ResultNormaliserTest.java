package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What counts as no difference, and what does although it looks alike. */
class ResultNormaliserTest {
    /** 1767225600 seconds since 1970. */
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // moments of the call, under any name and inside text
                "{'x':'2026-01-01T00:00:01Z'}                 | {'x':'2025-12-31T23:58:00.123Z'}",
                "{'x':'2026-01-01T01:00:01+01:00'}            | {'x':'2026-01-01T00:00:02Z'}",
                "{'x':'2026-01-01T00:00:01'}                  | {'x':'2026-01-01 00:00:02'}",
                "{'x':'2026-01-01T01:00:01'}                  | {'x':'2026-01-01T00:00:02Z'}",
                "{'x':'at 2026-01-01T00:00:01Z: clear'}       | {'x':'at 2026-01-01T00:00:09Z: clear'}",
                "{'timestamp':1767225601}                     | {'timestamp':1767225609}",
                "{'updated_at':1767225601000}                 | {'updated_at':1767225609123}",
                "{'epochNow':1767225601.25}                   | {'epochNow':1767225609.5}",
                // ids of a request
                "{'requestId':'6f1c'}                         | {'requestId':'a91d'}",
                "{'trace_id':'4bf92f3577b34da6a3ce929d0e0e4736'} | {'trace_id':'00f067aa0ba902b700f067aa0ba902b7'}",
                "{'_meta':{'x-request-id':1}}                 | {'_meta':{'x-request-id':2}}",
                // processes and durations
                "{'pid':17}                                   | {'pid':4711}",
                "{'elapsedMs':3}                              | {'elapsedMs':41.5}",
                "{'took':'3 ms'}                              | {'took':'12ms'}",
                "{'uptime':'PT3H2M'}                          | {'uptime':'PT5S'}",
                "{'startedAt':'2025-06-01T10:00:00Z'}         | {'startedAt':'2026-01-01T00:00:00Z'}",
                // the worker's own name
                "{'worker':'stable'}                          | {'worker':'next'}",
                // text that is JSON
                "{'content':[{'type':'text','text':'{`a`:1,`b`:2}'}]} | {'content':[{'type':'text','text':'{ `b`:2,"
                        + " `a`:1.0 }'}]}",
                "{'content':[{'type':'text','text':'{`pid`:1}'}]}     |"
                        + " {'content':[{'type':'text','text':'{`pid`:2}'}]}",
                "{'content':[{'resource':{'text':'[{`pid`:1}]'}}]}    |"
                        + " {'content':[{'resource':{'text':'[{`pid`:2}]'}}]}",
            })
    void isNoDifference(String active, String canary) {
        assertThat(differ(active, canary)).isFalse();
    }

    @ParameterizedTest(name = "{0} is not {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // moments that are content
                "{'departure':'2026-01-01T08:15:00Z'}         | {'departure':'2026-01-01T08:45:00Z'}",
                "{'timestamp':'2025-12-31T00:00:00Z'}         | {'timestamp':'2025-12-30T00:00:00Z'}",
                "{'timestamp':1700000000}                     | {'timestamp':1600000000}",
                "{'date':'2026-01-01'}                        | {'date':'2026-01-02'}",
                "{'x':'2026-01-01T00:00:01Z'}                 | {'x':'2026-01-01T09:00:00Z'}",
                "{'x':'at 2026-01-01T00:00:01Z: clear'}       | {'x':'at 2026-01-01T00:00:01Z: rain'}",
                "{'count':1767225601}                         | {'count':1767225602}",
                // ids that are content
                "{'id':'6f1c'}                                | {'id':'a91d'}",
                "{'userId':'6f1c'}                            | {'userId':'a91d'}",
                "{'requestId':'6f1c'}                         | {'requestId':17}",
                "{'requestId':'6f1c'}                         | {}",
                "{'requestId':'6f1c'}                         | {'requestId':null}",
                "{'requestId':'6f1c'}                         | {'requestId':{'a':1}}",
                // the same name, another form
                "{'pid':17}                                   | {'pid':'none'}",
                "{'pid':17}                                   | {'pid':'17'}",
                "{'took':'3 ms'}                              | {'took':'failed'}",
                "{'duration':90}                              | {'duration':95}",
                "{'worker':'stable'}                          | {'worker':'another'}",
                "{'city':'stable'}                            | {'city':'next'}",
                // text that is JSON, or is not
                "{'content':[{'type':'text','text':'{`a`:1}'}]} | {'content':[{'type':'text','text':'{`a`:2}'}]}",
                "{'content':[{'type':'text','text':'{`a`:1}'}]} | {'content':[{'type':'text','text':'{`a`:1'}]}",
                "{'structuredContent':{'text':'{`a`:1}'}}     | {'structuredContent':{'text':'{ `a`:1 }'}}",
                "{'isError':false}                            | {'isError':true}",
            })
    void isADifference(String active, String canary) {
        assertThat(differ(active, canary)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1} = {2}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "/a/b         | {'a':{'b':1}}                     | {'a':{'b':[2]}}                   | true",
                "/a/b         | {'a':{'b':1}}                     | {'a':{}}                          | false",
                "/a/b         | {'a':{'b':1,'c':1}}               | {'a':{'b':2,'c':2}}               | false",
                "/a/b         | {'c':{'a':{'b':1}}}               | {'c':{'a':{'b':2}}}               | false",
                "/a/*/b       | {'a':[{'b':1},{'b':2}]}           | {'a':[{'b':3},{'b':4}]}           | true",
                "/a~1b        | {'a/b':1}                         | {'a/b':2}                         | true",
                "cost         | {'a':[{'cost':1}],'cost':{'x':1}} | {'a':[{'cost':2}],'cost':{'x':2}} | true",
                "cost         | {'Cost':1}                        | {'Cost':2}                        | false",
                "/content/0/text/at | {'content':[{'text':'{`at`:1}'}]} | {'content':[{'text':'{`at`:2}'}]} | true",
            })
    void whatIsVolatileByConfiguration(String field, String active, String canary, boolean same) {
        assertThat(differ(active, canary, field)).isEqualTo(!same);
    }

    @Test
    void normalisingTwiceChangesNothingMore() {
        ResultNormaliser normaliser = new ResultNormaliser(new IgnoredFields(List.of("cost")), ZoneId.of("UTC"));
        JsonNode once = normaliser.normal(
                JsonText.value("{'cost':1,'pid':3,'x':'2026-01-01T00:00:00Z','worker':'stable','requestId':'x'}"),
                "stable",
                NOW);

        assertThat(normaliser.normal(once, "stable", NOW)).isEqualTo(once);
    }

    private static boolean differ(String active, String canary, String... ignoredFields) {
        ResultNormaliser normaliser =
                new ResultNormaliser(new IgnoredFields(List.of(ignoredFields)), ZoneId.of("Europe/Zurich"));
        return !ResultDiff.of(
                        normaliser.normal(value(active), "stable", NOW), normaliser.normal(value(canary), "next", NOW))
                .isEmpty();
    }

    /** Backticks are quotes inside a text. */
    private static JsonNode value(String text) {
        return JsonText.value(text.replace("`", "\\'"));
    }
}
