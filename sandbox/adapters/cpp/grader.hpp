// The public adapter for C++: calls of registered functions, from another process, by value.
//
// It only carries values. A driver registers functions and serves:
//
//     #include <grader.hpp>
//     #include "gcd.hpp"
//     int main() { return grader::serve({{"gcd", grader::function(gcd)}}); }
//
// Requests are read on descriptor 3 and replies written on 4; sandbox/runner/calls.py has the format. Started by hand,
// where these descriptors are not open, a driver says so and ends. Parameters and results are bool, whole and floating
// numbers, std::string, grader::Bytes and std::vector of any of these; a captureless lambda is registered with a plus:
// grader::function(+[](int n) { ... }). What a function throws goes back as the Python exception it is most like. State
// between calls is the driver's to keep.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace grader {

/// Raw bytes, which are no text.
struct Bytes {
  std::string content;
};

/// An argument of a kind, or out of the range, that the parameter does not take.
struct WrongArgument : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

namespace detail {

constexpr int requests = 3, replies = 4;

class Reader {
 public:
  explicit Reader(std::string content) : content_(std::move(content)) {}

  template <class T>
  T plain() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }

  char kind() { return plain<char>(); }

  std::string text() {
    const auto count = plain<std::uint32_t>();
    return std::string(take(count), count);
  }

  const char* take(std::size_t count) {
    if (count > content_.size() - at_) throw std::runtime_error("a request that is cut short");
    at_ += count;
    return content_.data() + at_ - count;
  }

 private:
  std::string content_;
  std::size_t at_ = 0;
};

template <class T>
struct Parameter;

template <class T>
T number(Reader& reader, char kind) {
  if constexpr (std::is_integral_v<T>) {
    if (kind != 'i') throw WrongArgument("a whole number was expected");
    const auto value = reader.plain<std::int64_t>();
    if constexpr (std::is_unsigned_v<T>) {
      if (value < 0) throw WrongArgument("a number that is not negative was expected");
      if (static_cast<std::uint64_t>(value) > std::numeric_limits<T>::max()) throw WrongArgument("too large a number");
    } else if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) {
      throw WrongArgument("a number out of range");
    }
    return static_cast<T>(value);
  } else {
    if (kind == 'i') return static_cast<T>(reader.plain<std::int64_t>());
    if (kind != 'd') throw WrongArgument("a number was expected");
    return static_cast<T>(reader.plain<double>());
  }
}

template <class T>
struct Parameter {
  static_assert(std::is_arithmetic_v<T>, "a parameter must be a number, bool, std::string, grader::Bytes or a vector");
  static T read(Reader& reader) { return number<T>(reader, reader.kind()); }
};

template <>
struct Parameter<bool> {
  static bool read(Reader& reader) {
    const char kind = reader.kind();
    if (kind != 't' && kind != 'f') throw WrongArgument("true or false was expected");
    return kind == 't';
  }
};

template <>
struct Parameter<std::string> {
  static std::string read(Reader& reader) {
    if (reader.kind() != 's') throw WrongArgument("a text was expected");
    return reader.text();
  }
};

template <>
struct Parameter<Bytes> {
  static Bytes read(Reader& reader) {
    if (reader.kind() != 'b') throw WrongArgument("bytes were expected");
    return Bytes{reader.text()};
  }
};

template <class T>
struct Parameter<std::vector<T>> {
  static std::vector<T> read(Reader& reader) {
    const char kind = reader.kind();
    if (kind != 'l' && kind != 'I' && kind != 'D') throw WrongArgument("a list was expected");
    const auto count = reader.plain<std::uint32_t>();
    std::vector<T> items;
    for (std::uint32_t at = 0; at < count; ++at) {
      if (kind == 'l') {
        items.push_back(Parameter<T>::read(reader));
      } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
        if (at == 0) items.reserve(count);
        items.push_back(number<T>(reader, kind == 'I' ? 'i' : 'd'));
      } else {
        throw WrongArgument("a list of something else was expected");
      }
    }
    return items;
  }
};

class Writer {
 public:
  void raw(const void* from, std::size_t count) { content.append(static_cast<const char*>(from), count); }

  template <class T>
  void plain(T value) {
    raw(&value, sizeof value);
  }

  void counted(char kind, std::size_t count) {
    if (count > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a result that is too long");
    plain(kind);
    plain(static_cast<std::uint32_t>(count));
  }

  void write(bool value) { plain(value ? 't' : 'f'); }
  void write(const std::string& value) { counted('s', value.size()), raw(value.data(), value.size()); }
  void write(const char* value) { write(std::string(value)); }
  void write(const Bytes& value) { counted('b', value.content.size()), raw(value.content.data(), value.content.size()); }

  template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
  void write(T value) {
    if constexpr (std::is_integral_v<T>) {
      plain('i'), plain(static_cast<std::int64_t>(value));
    } else {
      plain('d'), plain(static_cast<double>(value));
    }
  }

  template <class T>
  void write(const std::vector<T>& items) {
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      counted(std::is_integral_v<T> ? 'I' : 'D', items.size());
      for (const T item : items) {
        if constexpr (std::is_integral_v<T>) {
          plain(static_cast<std::int64_t>(item));
        } else {
          plain(static_cast<double>(item));
        }
      }
    } else {
      counted('l', items.size());
      for (std::size_t at = 0; at < items.size(); ++at) write(static_cast<const T&>(items[at]));
    }
  }

  std::string content;
};

/// Reads exactly `count` bytes of a request; false at the end of the stream.
inline bool read_all(void* to, std::size_t count) {
  auto* at = static_cast<char*>(to);
  while (count > 0) {
    const ssize_t taken = ::read(requests, at, count);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return false;
    at += taken, count -= static_cast<std::size_t>(taken);
  }
  return true;
}

inline void write_all(const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t written = ::write(replies, content.data() + done, content.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) std::_Exit(1);
    done += static_cast<std::size_t>(written);
  }
}

/// Writes an exception as the builtin one of Python that it is most like, its own name, and its text.
inline void write_exception(Writer& writer, const char* like, const char* name, const std::string& text) {
  writer.content.assign(1, 'x');
  writer.write(like), writer.write(name), writer.write(text.substr(0, 2000));
}

}  // namespace detail

/// A registered function: reads its arguments, writes its result.
using Function = std::function<void(detail::Reader&, std::uint32_t, detail::Writer&)>;

/// Makes a function callable from outside; its arguments are read into values of its own.
template <class Result, class... Parameters>
Function function(Result (*called)(Parameters...)) {
  return [called](detail::Reader& reader, std::uint32_t count, detail::Writer& writer) {
    if (count != sizeof...(Parameters)) throw WrongArgument("another number of arguments was expected");
    // braces: the arguments are read from left to right
    std::tuple<std::decay_t<Parameters>...> args{detail::Parameter<std::decay_t<Parameters>>::read(reader)...};
    if constexpr (std::is_void_v<Result>) {
      std::apply(called, args);
      writer.plain('n');
    } else {
      writer.write(std::apply(called, args));
    }
  };
}

/// Answers requests until there are no more; returns the exit code for main.
inline int serve(const std::map<std::string, Function>& functions) {
  using namespace detail;
  std::uint32_t length;
  while (read_all(&length, sizeof length)) {
    std::string content(length, '\0');
    if (!read_all(content.data(), length)) return 1;
    Reader reader(std::move(content));
    const auto request = reader.plain<std::uint64_t>();
    Writer writer;
    writer.plain('v');
    try {
      if (reader.kind() != 's') throw WrongArgument("objects do not cross from C++");
      const auto found = functions.find(reader.text());
      if (found == functions.end()) {
        write_exception(writer, "AttributeError", "NoSuchFunction", "the driver registers no such function");
      } else {
        const auto count = reader.plain<std::uint32_t>();
        found->second(reader, count, writer);
      }
    } catch (const WrongArgument& error) {
      write_exception(writer, "TypeError", "WrongArgument", error.what());
    } catch (const std::out_of_range& error) {
      write_exception(writer, "IndexError", "out_of_range", error.what());
    } catch (const std::overflow_error& error) {
      write_exception(writer, "OverflowError", "overflow_error", error.what());
    } catch (const std::logic_error& error) {
      write_exception(writer, "ValueError", "logic_error", error.what());
    } catch (const std::bad_alloc& error) {
      write_exception(writer, "MemoryError", "bad_alloc", error.what());
    } catch (const std::exception& error) {
      write_exception(writer, "RuntimeError", "exception", error.what());
    } catch (...) {
      write_exception(writer, "Exception", "unknown", "threw what is no std::exception");
    }
    Writer head;
    head.plain(static_cast<std::uint32_t>(writer.content.size() + sizeof request));
    head.plain(request);
    write_all(head.content + writer.content);
  }
  if (errno == EBADF) std::fprintf(stderr, "nobody asks anything on descriptor %d\n", requests);
  return 0;
}

}  // namespace grader
