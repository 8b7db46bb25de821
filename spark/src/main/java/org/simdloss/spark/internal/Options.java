package org.simdloss.spark.internal;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The options of one call, as SQL has them: names, whose case does not count, and values. What asks
 * for an option names it, so that at the end the names that nobody asked for can be refused.
 */
final class Options {
  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @throws IllegalArgumentException if a name is there twice, or a name or value is null
   */
  Options(Map<String, String> values) {
    values.forEach(
        (name, value) -> {
          if (name == null || value == null) {
            throw new IllegalArgumentException(
                "option '" + name + "' is " + value + "; allowed: no nulls");
          }
          if (this.values.put(name, value) != null) {
            throw new IllegalArgumentException("option '" + name + "' is there twice");
          }
        });
  }

  /** The value of an option that is one of several words, of which the first is the default. */
  String choice(String name, String... allowed) {
    known.add(name);
    String value = values.getOrDefault(name, allowed[0]);
    for (String word : allowed) {
      if (word.equalsIgnoreCase(value)) {
        return word;
      }
    }
    throw bad(name, value, String.join(", ", allowed));
  }

  /** A loss with an option that is a number, if it is there. */
  <L> L number(String name, L loss, BiFunction<L, Double, L> option) {
    known.add(name);
    String value = values.get(name);
    return value == null ? loss : option.apply(loss, number(name, value));
  }

  /** A loss with an option that is a label, if it is there. */
  <L> L label(String name, L loss, BiFunction<L, Integer, L> option) {
    return number(
        name,
        loss,
        (before, value) -> {
          if (value != value.intValue()) {
            throw bad(name, values.get(name), "any int");
          }
          return option.apply(before, value.intValue());
        });
  }

  /** The label that is ignored, as a {@code double}; NaN, which no label equals, if none is. */
  double ignored() {
    String value = values.get("ignoring");
    return value == null ? Double.NaN : number("ignoring", value);
  }

  /**
   * @throws IllegalArgumentException if there is an option that nobody asked for
   */
  void checkAllKnown() {
    for (String name : values.keySet()) {
      if (known.stream().noneMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "option '" + name + "' is unknown; allowed: " + String.join(", ", known));
      }
    }
  }

  private static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw bad(name, value, "a number");
    }
  }

  private static IllegalArgumentException bad(String name, String value, String allowed) {
    return new IllegalArgumentException(
        "option '" + name + "' is '" + value + "'; allowed: " + allowed);
  }
}
