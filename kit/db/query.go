package db

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Query is a question about the rows of a type, or what is to be done to them.
// Each method that returns a Query narrows a copy and leaves the old one as it
// was, which gorm's own chains do not.
//
// gorm.G[T] promises the same through interfaces, and is compiled again for each
// type: about 930 functions, in every package that asks. This is about 110.
type Query[T any] struct{ chain chain }

// Rows starts a query about every row of a type, in the database or
// transaction.
func Rows[T any](conn *gorm.DB, clauses ...clause.Expression) Query[T] {
	q := Query[T]{chain{conn: conn}}
	if len(clauses) == 0 {
		return q
	}
	return Query[T]{q.chain.clauses(clauses)}
}

// Table reads from other tables than the type's own. A "?" in the name may
// stand for a query: see Sub.
func (q Query[T]) Table(name string, args ...any) Query[T] {
	return Query[T]{q.chain.table(name, args)}
}

// Select chooses columns: those to read, or those that Updates writes.
func (q Query[T]) Select(columns string, args ...any) Query[T] {
	return Query[T]{q.chain.sel(columns, args)}
}

// Distinct leaves out rows that are the same in these columns.
func (q Query[T]) Distinct(columns ...any) Query[T] { return Query[T]{q.chain.distinct(columns)} }

// Where keeps the rows for which the condition holds.
func (q Query[T]) Where(condition string, args ...any) Query[T] {
	return Query[T]{q.chain.where(condition, args)}
}

// Group makes one row of those that are the same in a column.
func (q Query[T]) Group(column string) Query[T] { return Query[T]{q.chain.group(column)} }

// Order sorts by SQL's words for it.
func (q Query[T]) Order(by string) Query[T] { return Query[T]{q.chain.order(by)} }

// Limit stops after n rows.
func (q Query[T]) Limit(n int) Query[T] { return Query[T]{q.chain.limit(n)} }

// Offset leaves out the first n rows.
func (q Query[T]) Offset(n int) Query[T] { return Query[T]{q.chain.offset(n)} }

// Sub is the query as an argument for the "?" of another one.
func (q Query[T]) Sub() *gorm.DB { return q.chain.begin(context.Background()).Model(new(T)) }

// Find gives all rows; that there are none is no error.
func (q Query[T]) Find(ctx context.Context) (rows []T, err error) {
	err = q.chain.begin(ctx).Find(&rows).Error
	return rows, err
}

// Take gives one row, or gorm.ErrRecordNotFound.
func (q Query[T]) Take(ctx context.Context) (row T, err error) {
	err = q.chain.begin(ctx).Take(&row).Error
	return row, err
}

// Scan reads what was selected into something else than rows of the type.
func (q Query[T]) Scan(ctx context.Context, into any) error {
	return q.chain.begin(ctx).Model(new(T)).Find(into).Error
}

// Count says how many rows there are, of which the column is not null.
func (q Query[T]) Count(ctx context.Context, column string) (n int64, err error) {
	err = q.chain.begin(ctx).Model(new(T)).Select(column).Count(&n).Error
	return n, err
}

// Create adds a row and fills in its number.
func (q Query[T]) Create(ctx context.Context, row *T) error {
	return q.chain.begin(ctx).Create(row).Error
}

// CreateInBatches adds rows, n with each statement.
func (q Query[T]) CreateInBatches(ctx context.Context, rows *[]T, n int) error {
	return q.chain.begin(ctx).CreateInBatches(rows, n).Error
}

// Update writes one column of every row, and says how many rows there were.
func (q Query[T]) Update(ctx context.Context, column string, value any) (int, error) {
	done := q.chain.begin(ctx).Model(new(T)).Update(column, value)
	return int(done.RowsAffected), done.Error
}

// Updates writes the selected columns of every row, zero values too, and says
// how many rows there were. Without a Select it writes what is not zero.
func (q Query[T]) Updates(ctx context.Context, values T) (int, error) {
	done := q.chain.begin(ctx).Updates(values)
	return int(done.RowsAffected), done.Error
}

// Delete removes every row, and says how many there were. Without a Where it is
// an error.
func (q Query[T]) Delete(ctx context.Context) (int, error) {
	done := q.chain.begin(ctx).Delete(new(T))
	return int(done.RowsAffected), done.Error
}
