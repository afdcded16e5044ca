package io.weathervane.completion.builtin;

import io.weathervane.flags.FlagDefinition;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Values that a flag may have: all of them where they can be counted, else the default and the ends of the range. */
final class FlagValueSuggestions {
    private static final int COUNTED_MAX = 20;

    private FlagValueSuggestions() {}

    static List<String> of(FlagDefinition flag) {
        Stream<String> values = switch (flag.type()) {
            case BOOLEAN -> Stream.of("0", "1");
            case ENUM -> flag.values().stream();
            case INTEGER ->
                flag.maximum() - flag.minimum() < COUNTED_MAX
                        ? LongStream.rangeClosed((long) flag.minimum(), (long) flag.maximum())
                                .mapToObj(String::valueOf)
                        : ends(flag);
            case NUMBER -> ends(flag);
        };
        return values.filter(flag::allows).distinct().toList();
    }

    private static Stream<String> ends(FlagDefinition flag) {
        return Stream.of(flag.defaultValue(), plain(flag.minimum()), plain(flag.maximum()));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
